"""Joins pictures in any folders with annotation files of the same names."""

from collections.abc import Callable
from pathlib import PurePosixPath

from irloom.sources.sets.bands import choose_split, split_band
from irloom.sources.sets.files import Place
from irloom.sources.sets.form import is_picture
from irloom.sources.sets.options import SetOptions

_SIDES = frozenset(
    {
        "images",
        "image",
        "imgs",
        "img",
        "jpegimages",
        "labels",
        "label",
        "annotations",
        "annotation",
        "xmls",
        "xml",
    }
)
"""Folders that part pictures from annotations, and say nothing else."""


def choose_place(options: SetOptions, suffix: str) -> Callable[[PurePosixPath], Place | None]:
    """Where a picture or an annotation (by its `suffix`) belongs: the same path but for these folders."""
    split = choose_split(options)
    folder = None if options.annotations is None else PurePosixPath(options.annotations)

    def place(path: PurePosixPath) -> Place | None:
        if is_picture(path):
            found = split(path)
            return None if found is None else Place(_strip(found[1]), found[0])
        if path.suffix.lower() != suffix:
            return None
        if folder is not None:
            inside = path.is_relative_to(folder)
            return Place(_strip(_stem(path.relative_to(folder))), "boxes") if inside else None
        if (found := split(path) or split_band(path)) is None:
            return Place(_strip(_stem(path)), "boxes")
        return Place(_strip(found[1]), "infrared_boxes" if found[0] == "infrared" else "visible_boxes")

    return place


def _stem(path: PurePosixPath) -> str:
    return path.with_suffix("").as_posix()


def _strip(path: str) -> str:
    *folders, stem = path.split("/")
    return "/".join([*(folder for folder in folders if folder.lower() not in _SIDES), stem])
