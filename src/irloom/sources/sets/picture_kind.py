"""What an infrared picture looks like, whatever it shows: grey, coloured by a palette, or out of balance."""

from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from irloom.errors import SourceError
from irloom.pictures import open_picture
from irloom.sources.sets.pictures import cut

PictureKind = Literal["grey", "pseudo_colour", "unbalanced", "raw"]
"""`unbalanced` is grey and crowds at few levels; `raw` has more than 8 bits, and is no picture yet."""

_SIDE = 256
_COLOURED = 24
"""Between the channels of a pixel; compression leaves less in a grey one."""
_COLOURED_SHARE = 0.05
_DARK, _BRIGHT = 0.2, 0.8
"""The mean of a picture in balance lies between them."""
_SPREAD = 0.2
"""Its darkest and brightest twentieth are so far apart, as a share of all levels."""
_HEAD_BYTES = 1 << 18
_MADE_BY_A_MODEL = (
    b"trainedAlgorithmicMedia",
    b"compositeSynthetic",
    b"algorithmicMedia",
    b"virtualRecording",
)
"""Of IPTC's words for where a picture is from, those for pictures that no camera took."""
_PROMPTS = frozenset({"parameters", "prompt", "workflow"})
"""Text fields in which programs that paint leave what they were asked for."""


def sort_picture(path: Path, crop: tuple[int, int, int, int] | None) -> PictureKind:
    """The kind of a picture. Raises SourceError for one that cannot be decoded."""
    try:
        with cut(open_picture(path), crop) as picture:
            return _sort(picture)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        raise SourceError(f"{path.name} cannot be decoded: {error}") from error


def _sort(picture: Image.Image) -> PictureKind:
    if picture.mode.startswith("I") or picture.mode == "F":
        return "raw"
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    pixels = np.asarray(small, np.int16)
    chroma = pixels.max(2) - pixels.min(2)
    if float((chroma > _COLOURED).mean()) > _COLOURED_SHARE:
        return "pseudo_colour"
    grey = pixels.mean(2) / 255
    dark, bright = np.quantile(grey, (0.05, 0.95))
    balanced = _DARK <= float(grey.mean()) <= _BRIGHT and bright - dark >= _SPREAD
    return "grey" if balanced else "unbalanced"


def is_synthetic(path: Path) -> bool:
    """Whether a file itself says that a program made it; most that were made do not say so."""
    try:
        with open_picture(path) as picture:
            asked = any(str(name).lower() in _PROMPTS for name in picture.info)
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return asked or any(word in head for word in _MADE_BY_A_MODEL)
