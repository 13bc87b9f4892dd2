"""Folders by whose name one sees whether their pictures are visible or infrared ones."""

from pathlib import PurePosixPath
from typing import Literal

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
