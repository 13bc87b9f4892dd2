"""Reads COCO's run-length masks, as far as to tell one thing from several."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from irloom.sources.numbers import read_numbers

if TYPE_CHECKING:
    import numpy as np

_MAX_PIXELS = 100_000_000
_CRUMB = 0.01
"""A part of a mask that is smaller than this share of it is a slip of the brush."""


def is_one_piece(segmentation: object) -> bool:
    """Whether a mask is readable and its pixels hang together, corners included, but for crumbs."""
    import cv2

    mask = _decode(segmentation) if isinstance(segmentation, dict) else None
    if mask is None or not mask.any():
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    return int((areas > _CRUMB * areas.sum()).sum()) == 1


def _decode(segmentation: Mapping[str, Any]) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None":
    """The pixels, 1 inside; None where counts and size do not add up."""
    import numpy as np

    size, counts = read_numbers(segmentation.get("size")), segmentation.get("counts")
    runs = _unpack(counts) if isinstance(counts, str) else read_numbers(counts)
    if size is None or len(size) != 2 or runs is None or min(runs, default=-1) < 0:
        return None
    height, width = map(int, size)
    if not 0 < height * width <= _MAX_PIXELS or sum(runs) != height * width:
        return None
    values = np.arange(len(runs), dtype=np.uint8) % 2
    return np.repeat(values, np.array(runs, dtype=np.int64)).reshape(width, height)


def _unpack(text: str) -> list[float] | None:
    """COCO's packed counts: five bits a character; from the fourth on, the difference to the last but one."""
    runs: list[float] = []
    value = shift = 0
    for char in text:
        bits = ord(char) - 48
        if not 0 <= bits < 64:
            return None
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value = shift = 0
    return runs
