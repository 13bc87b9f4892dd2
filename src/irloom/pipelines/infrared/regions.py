"""Cuts what lies in a box, and what surrounds it, out of a picture or a matrix of temperatures."""

from typing import TYPE_CHECKING, Any

from irloom.records import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RING = 0.25
"""Of the box, to each side: what lies there surrounds the thing."""


def cut_regions(box: Box, values: "NDArray[Any]") -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
    """The values inside a box, and those of the ring around it, which is cut where the picture ends."""
    import numpy as np

    height, width = values.shape
    across, down = _RING * (box.x2 - box.x1), _RING * (box.y2 - box.y1)
    top, bottom = _span(box.y1, box.y2, height)
    left, right = _span(box.x1, box.x2, width)
    first, last = _span(max(0, box.y1 - down), min(1, box.y2 + down), height)
    start, end = _span(max(0, box.x1 - across), min(1, box.x2 + across), width)
    around = np.ones((last - first, end - start), dtype=bool)
    around[top - first : bottom - first, left - start : right - start] = False
    return values[top:bottom, left:right], values[first:last, start:end][around]


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    """Pixels from edge to edge, at least one, inside the picture."""
    first = min(int(low * size), size - 1)
    return first, min(size, max(first + 1, round(high * size)))
