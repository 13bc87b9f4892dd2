"""Tells edits of one photograph apart: a perceptual hash is blind to colour, and to what is small."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from irloom.backends.images import load_rgb

TWIN_DISTANCE = 8.0
"""Distance in CIELAB below which two images show the same.

One image saved as a JPEG of quality 75, or drawn twice by an editor that repaints a little, comes to 3 to 6;
two colours of an object that takes 0.3 % of the image come to 20 and more.
"""
_SIDE = 64
"""Cells along the longer side: small enough for small objects, large enough to average noise away."""
_SHARE = 0.001
"""The cells that decide, the most different ones: siblings are alike in all others."""

Thumbnail = NDArray[np.float32]


def measure_distance(one: Path, other: Path) -> float:
    """How much two images differ where they differ most, in CIELAB; SourceError for a broken file."""
    return compare(read_thumbnail(one), read_thumbnail(other))


def are_twins(one: Path, other: Path) -> bool:
    """Whether two images are too much alike to be told apart by what they show."""
    return measure_distance(one, other) < TWIN_DISTANCE


def read_thumbnail(path: Path, max_pixels: int = 100_000_000) -> Thumbnail:
    """The mean colours of an image's cells in CIELAB; SourceError where it cannot be read."""
    image = load_rgb(path, max_pixels)
    height, width = image.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).astype(np.float32, copy=False)


def compare(one: Thumbnail, other: Thumbnail) -> float:
    """The distance of two thumbnails; infinite for images of different shape."""
    if one.shape != other.shape:
        return float("inf")
    distances = np.sort(np.linalg.norm(one - other, axis=2), axis=None)
    return float(distances[-max(1, round(_SHARE * distances.size)) :].mean(dtype=np.float64))
