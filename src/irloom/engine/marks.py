"""Marks and notes that people put on the samples of a run: `RUN/marks.jsonl`.

The file lies beside the rows and is no part of them: no commit vouches for it, so that a run in progress
may be marked, and a mark is lost with the run only. Lines are appended; the last one of a sample counts.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from irloom.engine.commits import now
from irloom.engine.odd_files import open_plain
from irloom.engine.seals import is_sealed, open_seal, seal
from irloom.engine.storage import dump_line, storing
from irloom.errors import RunDirError
from irloom.records import Row

MARKS_FILE = "marks.jsonl"


class Mark(Row):
    """What somebody thinks of a sample."""

    sample: str
    marked: bool = False
    note: str = ""
    time: str = ""
    """When it was written, as rows carry it."""


def read_marks(root: Path) -> dict[str, Mark]:
    """The samples of a run that are marked or have a note; RunDirError for a whole line that is no mark.

    A last line without its end is left out: a kill or a full disk leaves one.
    """
    path = root / MARKS_FILE
    if not path.is_file():
        return {}
    marks: dict[str, Mark] = {}
    *lines, _ = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            mark = _read_mark(line + b"\n")
        except ValidationError as error:
            raise RunDirError(
                f"{path} holds a line that is no mark (line {number}): mend or remove it."
            ) from error
        marks[mark.sample] = mark
    return {sample: mark for sample, mark in marks.items() if mark.marked or mark.note}


def _read_mark(line: bytes) -> Mark:
    """A line with a sum must fit it; people may take lines away, so that its number is not looked at."""
    if not is_sealed(line):
        return Mark.model_validate_json(line)
    opened = open_seal(line)
    return Mark.model_validate(None if opened is None else opened[1])


def write_mark(root: Path, mark: Mark) -> None:
    """Append a mark in place of the sample's earlier one; StorageError where that is not possible."""
    line = dump_line(mark.model_copy(update={"time": now()}).model_dump())
    with storing(str(root / MARKS_FILE)), _open_locked(root / MARKS_FILE) as descriptor:
        number = _cut_torn_end(root / MARKS_FILE, descriptor)
        os.write(descriptor, seal(line, number))
        os.fsync(descriptor)


@contextmanager
def _open_locked(path: Path) -> Iterator[int]:
    """The file, for one writer at a time; the system frees it when a process dies."""
    descriptor = open_plain(path, os.O_RDWR | os.O_APPEND)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _cut_torn_end(path: Path, descriptor: int) -> int:
    """Take away half a line that a kill or a full disk left, where readers would stop; how many are left."""
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)
    return content.count(b"\n")
