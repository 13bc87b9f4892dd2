"""Folders by whose name one sees whether their pictures are visible or infrared ones."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Literal

from irloom.sources.sets.options import SetOptions

VISIBLE = frozenset({"visible", "vis", "vi", "rgb", "visual", "color", "colour", "eo"})
INFRARED = frozenset({"infrared", "ir", "tir", "thermal", "lwir", "mwir", "inf", "nir"})

Kind = Literal["visible", "infrared"]


def split_band(path: PurePosixPath) -> tuple[Kind, str] | None:
    """The kind of a picture by the innermost folder that tells, and its path without that folder.

    The second is the same for both pictures of a pair; it has no suffix. None where no folder tells.
    """
    folders = path.parts[:-1]
    for place in reversed(range(len(folders))):
        name = folders[place].lower()
        kind: Kind | None = "visible" if name in VISIBLE else "infrared" if name in INFRARED else None
        if kind is not None:
            rest = (*folders[:place], *folders[place + 1 :], path.stem)
            return kind, "/".join(rest)
    return None


def choose_split(options: SetOptions) -> Callable[[PurePosixPath], tuple[Kind, str] | None]:
    """The same by the folders that the user names, where there are some, in place of those that tell."""
    named: list[tuple[Kind, str | None]] = [("infrared", options.infrared), ("visible", options.visible)]
    folders = [(kind, PurePosixPath(folder)) for kind, folder in named if folder is not None]
    if not folders:
        return split_band
    # Of two folders in each other the inner one counts.
    folders.sort(key=lambda one: -len(one[1].parts))

    def split(path: PurePosixPath) -> tuple[Kind, str] | None:
        for kind, folder in folders:
            if path.is_relative_to(folder):
                return kind, path.relative_to(folder).with_suffix("").as_posix()
        return None

    return split
