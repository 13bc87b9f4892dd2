"""Any set with VOC XML: pictures, and a file of the same name for each."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from irloom.sources.sets.entry import Entry
from irloom.sources.sets.form import Form, Task, name_part, scan_placed
from irloom.sources.sets.joined import choose_place
from irloom.sources.sets.plain import KNOWN_BY
from irloom.sources.sets.voc import read_voc


def scan(task: Task) -> Iterator[Entry]:
    """Every picture of which it is known what it is, with its objects."""
    yield from scan_placed(choose_place(task.options, ".xml"), read_voc, describe)(task)


def describe(entry: Entry) -> None:
    """Folders may be called `train`, `val` and `test`."""
    entry.part = name_part(PurePosixPath(next(entry.pictures())))


FORM = Form(name="voc", about=f"XML files beside pictures in {KNOWN_BY}", scan=scan)
