"""The file of the commit log: how lines get into it, and how everybody reads it.

Lines are sealed. `run.json` notes from which line on, and how many there were when a process last left the
run in order: a log that was stripped of its sums, or cut between two lines, is noticed by that.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from irloom.engine.damage import damaged, tell
from irloom.engine.seals import SealedLines, seal
from irloom.engine.storage import AppendFile, dump_line
from irloom.errors import DamageError, RunDirError

LOG: Final = "commits.jsonl"
NOTE: Final = "log"
"""The key of `run.json`."""
_ACCEPTED: Final = b'{"event":"accept_changes",'
NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "start": frozenset({"ends"}),
    "admit": frozenset({"sample", "attempt", "rules"}),
    "commit": frozenset({"sample", "attempt", "outcome", "tasks", "usage"}),
}


@dataclass(frozen=True, slots=True)
class LogNote:
    """What `run.json` says of the log."""

    sealed_from: int | None = None
    """The first line that carries a sum; None where sums have not begun."""
    lines: int = 0
    """The least that there are."""


def read_note(root: Path) -> LogNote:
    """What `run.json` says of the log; nothing where there is none, or where another reader refuses it."""
    try:
        found = orjson.loads((root / "run.json").read_bytes())[NOTE]
        return LogNote(int(found["sealed_from"]), int(found["lines"]))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return LogNote()


class LogFile(AppendFile):
    """The log as its one writer has it; admissions come from the event loop, commits from a thread."""

    def __init__(self, path: Path) -> None:
        """Open it; `lines` is to be set to what is there."""
        super().__init__(path)
        self.lines = 0
        self._order = threading.Lock()

    def append_events(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Append a line for each event, in one go."""
        lines = [dump_line(event) for event in events]
        with self._order:  # numbers have to stand in the order of the file
            self.stage(b"".join(seal(line, self.lines + place) for place, line in enumerate(lines)))
            self.lines += len(lines)
        self.flush()


class LogLines(SealedLines):
    """Goes through a log; DamageError also where lines are gone that were there."""

    def __init__(self, root: Path, end: int = 0, number: int = 0) -> None:
        self._note = read_note(root)
        super().__init__(root / LOG, end, number, self._note.sealed_from)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        yield from super().__iter__()
        if self.number < self._note.lines:
            raise damaged(
                self.path, f"it ends after line {self.number}, and there were {self._note.lines} at least"
            )

    def _read(self, line: bytes) -> dict[str, Any]:
        """Refuse also a line of before seals that is none of a log."""
        event = super()._read(line)
        kind = event.get("event")
        if not isinstance(kind, str) or not NEEDED.get(kind, frozenset()) <= event.keys():
            raise damaged(self.path, f"line {self.number + 1} of it lacks what it needs")
        if (self.number == 0) != (kind == "start"):
            raise damaged(self.path, "it does not begin with a start line")
        return event


def iterate_commits(root: Path) -> Iterator[dict[str, Any]]:
    """Events of a log, up to the last that holds, which another process may be writing.

    A torn last line is left out; damage is told, see `irloom.engine.damage`. RunDirError where there is none.
    """
    if not (root / LOG).is_file():
        raise RunDirError(f"{root} holds no run (there is no {LOG}).")
    try:
        yield from LogLines(root)
    except DamageError as damage:
        tell(damage)


def list_files(root: Path) -> tuple[str, ...]:
    """The data files of a run: those that it began with, and those that an accepted change brought.

    RunDirError where its log is none of irloom's.
    """
    path = root / LOG
    if not path.is_file():
        raise RunDirError(f"{root} holds no run (there is no {LOG}).")
    for event in LogLines(root):
        if not isinstance(event["ends"], dict):
            break
        names = dict.fromkeys([*event["ends"], *_list_added(path)])
        return tuple(name.removesuffix(".jsonl") for name in names)
    raise damaged(path, "it does not begin with a start line")


def _list_added(path: Path) -> Iterator[str]:
    """Data files named where changes were accepted; other lines, which may be many, are not parsed."""
    with path.open("rb") as file:
        for line in file:
            if line.startswith(_ACCEPTED) and line.endswith(b"\n"):
                yield from orjson.loads(line).get("ends", ())
