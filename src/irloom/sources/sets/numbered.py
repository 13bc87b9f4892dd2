"""Sets with a folder for each kind of picture and one for annotations, under the same numbers in all."""

from pathlib import PurePosixPath

from irloom.sources.sets.bands import INFRARED, VISIBLE, split_band
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import is_picture

_ANNOTATIONS = frozenset({"annotation", "annotations"})


def place_numbered(path: PurePosixPath) -> Place | None:
    """Join `Ir/00001.png`, `Vis/00001.png` and `Annotation/00001.xml`, whatever folders they hold.

    Only what lies in one folder belongs together: a second tree, such as that of another task of the set,
    counts from one again.
    """
    if path.suffix.lower() == ".xml":
        return Place(_join(_find_tree(path), path), "boxes")
    found = split_band(path) if is_picture(path) else None
    return None if found is None else Place(_join(_find_band(path), path), found[0])


def _find_band(path: PurePosixPath) -> PurePosixPath:
    """The folder that the innermost folder with the name of a band lies in."""
    return next(folder for folder in path.parents if folder.name.lower() in INFRARED | VISIBLE).parent


def _find_tree(path: PurePosixPath) -> PurePosixPath:
    """The same of the folder of annotations; one of another name is taken to hold the files themselves."""
    named = (folder for folder in path.parents if folder.name.lower() in _ANNOTATIONS)
    return next(named, path.parent).parent


def _join(tree: PurePosixPath, path: PurePosixPath) -> str:
    return (tree / path.stem).as_posix()
