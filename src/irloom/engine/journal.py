"""The call journal: one small file for each sample in flight, one line for each finished call.

A line is written to the file before its result is used, so a killed process pays for nothing
twice that had come back. Lines are sealed, as those of the log are. Once the sample is committed
its turns stand in `transcripts.jsonl` and the segment goes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from irloom.engine.seals import SealedLines, seal
from irloom.engine.steps import reached
from irloom.engine.storage import AppendFile, dump_line, safe_name, storing
from irloom.protocols import Usage

Turn = dict[str, Any]


class Spares:
    """Emptied segments, which later samples take: a file system is slow at files that come and go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._free: list[Path] = []

    def give(self, path: Path) -> bool:
        """Rename the spare that was freed last to `path`; False if there is none."""
        if not self._free:
            return False
        self._free.pop().rename(path)
        return True

    def take(self, segment: AppendFile) -> None:
        """Empty a segment, then take its name away."""
        segment.cut(0, sync=False)
        reached("segment.after_cut")
        spare = self._folder / f"spare-{self._made}"
        self._made += 1
        segment.path.rename(spare)
        self._free.append(spare)

    def remove(self) -> None:
        """Leave no spare behind."""
        while self._free:
            self._free.pop().unlink(missing_ok=True)


class Segment:
    """The journal of one attempt at one sample."""

    def __init__(self, folder: Path, sample: str, attempt: int, spares: Spares | None = None) -> None:
        self.path = folder / f"{safe_name(sample)}.{attempt}.jsonl"
        self._spares = spares
        self._file: AppendFile | None = None
        self._lines = 0

    def load(self) -> dict[str, Turn]:
        """Recorded calls by key; a torn last line is cut off, its call is owed again.

        DamageError where a line is not as it was recorded.
        """
        if not self.path.exists():
            return {}
        lines = SealedLines(self.path)
        turns = {turn["key"]: turn for turn in lines}
        self._open().cut(lines.end)
        self._lines = lines.number
        return turns

    def record(self, turn: Mapping[str, Any]) -> None:
        """Append one finished call."""
        reached("journal.before_append")
        file = self._open()
        file.append(seal(dump_line(turn), self._lines))
        self._lines += 1
        reached("journal.after_append")

    def close(self) -> None:
        """Close the file and keep it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Drop the segment: its sample is committed and on disk."""
        reached("segment.before_remove")
        with storing(str(self.path)):
            if self._file is not None and self._spares is not None:
                self._spares.take(self._file)
            else:
                self.path.unlink(missing_ok=True)
        reached("segment.after_remove")
        self.close()

    @staticmethod
    def sweep(folder: Path, owed: Iterable[tuple[str, int]]) -> None:
        """Remove segments that a kill left behind after their sample was committed."""
        with storing(str(folder)):
            folder.mkdir(exist_ok=True)  # a copy of the run may have lost it: many tools skip empty folders
        kept = {Segment(folder, sample, attempt).path.name for sample, attempt in owed}
        for path in folder.iterdir():
            if path.name not in kept:
                with storing(str(path)):
                    path.unlink()

    def _open(self) -> AppendFile:
        if self._file is None:
            with storing(str(self.path)):
                if self._spares is not None and not self.path.exists():
                    self._spares.give(self.path)
            self._file = AppendFile(self.path)
            self._lines = self.path.read_bytes().count(b"\n") if self._file.size else 0
        return self._file


def unsettled_usage(folder: Path) -> Usage:
    """What the calls of samples in flight have cost: paid, and not in any commit yet."""
    total = Usage()
    for path in folder.iterdir():
        for turn in SealedLines(path):
            if "usage" in turn and "paid_in" not in turn:
                total += Usage.model_validate(turn["usage"])
    return total
