"""Checks the data files of a run against its commit log, when a run is resumed."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from irloom.engine.damage import damaged
from irloom.engine.spans import Vouched
from irloom.engine.state import LogState
from irloom.engine.storage import read_lines
from irloom.errors import DamageError

Events = Callable[[], Iterator[Mapping[str, Any]]]
"""Goes through the log once more, which only a message about damage needs: it is never held in memory."""


def size_of(path: Path) -> int:
    """Bytes of a file, 0 if it is not there."""
    return path.stat().st_size if path.exists() else 0


def check_present(root: Path, names: Sequence[str]) -> None:
    """Refuse a run that lacks a data file: they are all made with the run, so somebody took it away."""
    for name in names:
        if not (root / f"{name}.jsonl").is_file():
            raise damaged(root / f"{name}.jsonl", "it is missing")


class LineEnds:
    """Whether the commits of a log end where lines of a file end, seen while the log is gone through."""

    def __init__(self, path: Path) -> None:
        """Open the file, if it is there; that it is missing is for others to tell."""
        self.path = path
        self._file = path.open("rb") if path.is_file() else None
        self._wrong = 0

    def take(self, event: Mapping[str, Any]) -> None:
        """Look at the byte before which a commit says that its line ends."""
        end = event.get("ends", {}).get(self.path.name, 0)
        if end and not self._wrong and self._file is not None:
            self._file.seek(end - 1)
            self._wrong = 0 if self._file.read(1) == b"\n" else end

    def check(self) -> None:
        """Raise DamageError where one does not."""
        if self._wrong:
            raise damaged(self.path, f"byte {self._wrong} of it is not the end of a line")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def check_reached(root: Path, ends: Mapping[str, int], sizes: Mapping[str, int], events: Events) -> None:
    """Refuse data files that are shorter than the log says: what is missing was paid for."""
    short = [name for name, end in ends.items() if end > sizes.get(name, 0)]
    if short:
        path = root / f"{short[0]}.jsonl"
        raise _missing(path, events, sizes.get(short[0], 0), [f"{name}.jsonl" for name in short])


def _missing(path: Path, events: Events, size: int, short: Sequence[str]) -> DamageError:
    beyond, samples = 0, dict[str, None]()
    for event in events():
        end = event.get("ends", {}).get(path.name, 0)
        if end > size:
            beyond = end
            samples |= {str(event["sample"]): None} if "sample" in event else {}
    of = f"of sample {next(iter(samples))!r}" if samples else "of its beginning"
    more = f" and {len(samples) - 1:,} more" if len(samples) > 1 else ""
    also = f" ({', '.join(name for name in short if name != path.name)} too)" if len(short) > 1 else ""
    return damaged(
        path,
        f"it has {size:,} bytes, and {beyond:,} were committed, so that rows {of}{more} are missing{also}",
    )


def check_untouched(
    root: Path, state: LogState, events: Events, sizes: Mapping[str, int], line_ends: LineEnds
) -> None:
    """Refuse data files that somebody edited, since offsets into them would lie."""
    for name, size in state.ends.items():
        path = root / f"{name}.jsonl"
        if name in state.sums and name != "transcripts" and checksum_of(path, size) != state.sums[name]:
            where = _find_changed(path, name, events)
            raise damaged(path, f"its first {size} bytes are not those that were committed{where}")
        if sizes[name] > size:
            _check_tail(path, size, state)
    line_ends.check()


def checksum_of(path: Path, size: int) -> int:
    """Checksum of the first `size` bytes of a file."""
    checksum = 0
    with path.open("rb") as file:
        while size > 0 and (block := file.read(min(size, 1 << 20))):
            checksum = zlib.crc32(block, checksum)
            size -= len(block)
    return checksum


def check_torn(path: Path, start: int) -> None:
    """Refuse what cannot be a torn end: a kill leaves a line without its end, power loss leaves zeros."""
    with path.open("rb") as file:
        file.seek(start)
        line = file.readline()
    if line.endswith(b"\n") and b"\0" not in line:
        raise damaged(path, f"the line at byte {start} of it is not one of irloom's")


def _find_changed(path: Path, name: str, events: Events) -> str:
    """Whose rows are the first that are not as they were."""
    vouched = Vouched()
    with path.open("rb") as file:
        for event in events():
            span = vouched.take(event).get(name)
            if span is not None and not span.holds(file.read(span.end - span.start)):
                return f", first those of {_name(event)}"
    return ""


def _name(event: Mapping[str, Any]) -> str:
    return f"sample {event['sample']!r}" if "sample" in event else f"the line {event['event']!r}"


def _check_tail(path: Path, start: int, state: LogState) -> None:
    """Rows after the last commit must be those of samples in flight; anything else is an edit."""
    end = start
    for end, row in read_lines(path, start):  # noqa: B007 - the last offset is wanted after the loop
        sample = row.get("sample") if isinstance(row, dict) else None
        retiring = isinstance(row, dict) and row.get("origin") == "retired"  # killed before its log line
        if sample not in state.open and not retiring:
            raise damaged(path, f"after byte {start} it holds a row that no open sample made ({sample!r})")
    check_torn(path, end)
