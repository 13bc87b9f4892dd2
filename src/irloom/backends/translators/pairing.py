"""Finds the infrared file that belongs to a visible one."""

import filecmp
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from irloom.errors import ConfigError

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
_VISIBLE = frozenset({"visible", "vis", "vi", "rgb", "color", "colour"})
_INFRARED = ("lwir", "infrared", "ir", "thermal", "tir")
"""Names of the folders in which sets keep one scene twice; `visible` and `lwir` are KAIST's."""


def find_infrared(folder: Path, name: Path, visible: Path | None = None) -> Path | None:
    """The infrared file for a visible image: the same relative path below `folder`, any image suffix.

    A folder of the path that says `visible` may have a sister that says `lwir`, as KAIST's have. The
    visible image itself is given only where nothing else is found.
    """
    found = None
    for place in (name, *_list_sisters(name)):
        for path in _list_files(folder / place):
            if visible is None or not path.samefile(visible):
                return path
            found = found or path
    return found


def is_visible(path: Path, visible: Path) -> bool:
    """Whether an infrared file is the visible image, or a copy of it."""
    return visible.is_file() and (path.samefile(visible) or filecmp.cmp(path, visible, shallow=False))


def refuse_visible(folder: Path, images: Path, names: Sequence[str]) -> None:
    """Raise ConfigError where all that is found under `--infrared` are the visible images themselves."""
    inside = [Path(name) for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts]
    found = [(find_infrared(folder, name, images / name), images / name) for name in inside]
    same = [path for path, image in found if path is not None and is_visible(path, image)]
    if same and len(same) == sum(path is not None for path, _ in found):
        raise ConfigError(
            f"--infrared {folder} holds the visible images themselves, such as {same[0]} "
            f"({len(same)} of {len(inside)} looked at): give the folder of the infrared images, or "
            "--no-translation to take the visible ones for them."
        )


def _list_files(place: Path) -> Iterator[Path]:
    """Files with the stem of a path, whichever suffix they have and however accents are written."""
    for stem in dict.fromkeys(unicodedata.normalize(form, place.stem) for form in ("NFC", "NFD")):
        for suffix in (*SUFFIXES, *map(str.upper, SUFFIXES)):
            if (path := place.with_name(stem + suffix)).is_file():
                yield path


def _list_sisters(name: Path) -> Iterator[Path]:
    """The same path by way of a folder for infrared images in place of one for visible ones."""
    parts = name.parts
    for place, part in enumerate(parts[:-1]):
        if part.lower() in _VISIBLE:
            for other in _INFRARED:
                for spelling in (other, other.upper(), other.capitalize()):
                    yield Path(*parts[:place], spelling, *parts[place + 1 :])
