"""Pictures in folders, without annotations: infrared ones, visible ones, or both as pairs by their names."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from irloom.sources.sets.bands import INFRARED, VISIBLE, choose_split
from irloom.sources.sets.entry import Entry
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, Task, is_picture, name_part, scan_placed
from irloom.sources.sets.options import SetOptions

KNOWN_BY = (
    f"folders called {'/'.join(sorted(INFRARED))} and {'/'.join(sorted(VISIBLE))}, or named by "
    "--infrared-folder and --visible-folder (`.` is all of --root)"
)


def choose_place(options: SetOptions) -> Callable[[PurePosixPath], Place | None]:
    """Where a picture belongs: by the folders that the user names, else by what folders are called."""
    split = choose_split(options)

    def place(path: PurePosixPath) -> Place | None:
        found = split(path) if is_picture(path) else None
        return None if found is None else Place(found[1], found[0])

    return place


def scan(task: Task) -> Iterator[Entry]:
    """Every picture of which it is known what it is."""
    yield from scan_placed(choose_place(task.options), describe=describe)(task)


def describe(entry: Entry) -> None:
    """Folders may be called `train`, `val` and `test`; nothing else is known."""
    entry.part = name_part(PurePosixPath(next(entry.pictures())))


FORM = Form(name="folder", about=KNOWN_BY, scan=scan, labels=frozenset())
