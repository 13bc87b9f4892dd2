"""Pictures in folders, without annotations: infrared ones, visible ones, or both as pairs by their names."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from irloom.errors import ConfigError
from irloom.sources.sets.bands import INFRARED, VISIBLE, Kind, split_band
from irloom.sources.sets.entry import Entry
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import Form, Task, is_picture, name_part, scan_placed
from irloom.sources.sets.options import SetOptions


def choose_place(options: SetOptions) -> Callable[[PurePosixPath], Place | None]:
    """Where a picture belongs: by the folders that the user names, else by what folders are called."""
    if options.visible is None and options.infrared is None:
        return place_by_name

    named: list[tuple[Kind, str | None]] = [("infrared", options.infrared), ("visible", options.visible)]
    folders = [(kind, PurePosixPath(folder)) for kind, folder in named if folder is not None]
    # Of two folders in each other the inner one counts.
    folders.sort(key=lambda one: -len(one[1].parts))

    def place(path: PurePosixPath) -> Place | None:
        kind, folder = next((one for one in folders if path.is_relative_to(one[1])), (None, path))
        if kind is None or not is_picture(path):
            return None
        return Place(path.relative_to(folder).with_suffix("").as_posix(), kind)

    return place


def place_by_name(path: PurePosixPath) -> Place | None:
    """By the innermost folder whose name tells."""
    found = split_band(path) if is_picture(path) else None
    return None if found is None else Place(found[1], found[0])


def scan(task: Task) -> Iterator[Entry]:
    """Raises ConfigError where no folder tells what its pictures are."""
    number = 0
    for entry in scan_placed(choose_place(task.options), describe=describe)(task):
        number += 1
        yield entry
    if not number:
        raise ConfigError(
            f"{task.files.root} holds no pictures that are known to be infrared or visible ones: give the "
            f"folder of the infrared pictures, of the visible ones, or of both (`.` for all of --root), "
            f"or call the folders {_join(INFRARED)} and {_join(VISIBLE)}"
        )


def describe(entry: Entry) -> None:
    """Folders may be called `train`, `val` and `test`; nothing else is known."""
    entry.part = name_part(PurePosixPath(next(entry.pictures())))


def _join(names: frozenset[str]) -> str:
    return "/".join(sorted(names))


FORM = Form(
    name="folder",
    about="any pictures, in folders called infrared, visible and the like, or named by the user",
    scan=scan,
    labels=frozenset(),
)
