"""Finds the boxes that cover each other by a sweep from the top, so that a full page costs little."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from irloom.drawings import Extent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COVERED = 0.15
"""Share of the smaller of two texts that the other may cover: boxes are a little larger than letters."""
MOST_PAIRS = 1_000
"""The search ends there: a thousand texts at one place would be half a million pairs."""


def find_overlaps(boxes: Sequence[Extent]) -> list[tuple[int, int]]:
    """Pairs of boxes of which one covers more than 15 % of the smaller, in order, `MOST_PAIRS` at most."""
    if len(boxes) < 2:
        return []
    import numpy as np

    table = np.asarray(boxes, dtype=np.float64)
    order = np.lexsort((np.arange(len(table)), table[:, 1]))
    found: list[tuple[int, int]] = []
    for place, others in _sweep(table[order]):
        found += [_sort_pair(int(order[place]), int(order[other])) for other in others]
        if len(found) >= MOST_PAIRS:
            break
    return sorted(found[:MOST_PAIRS])


def _sweep(boxes: "NDArray[np.float64]") -> "Iterator[tuple[int, NDArray[np.intp]]]":
    """For each box, sorted by their tops, the later ones that it covers or that cover it."""
    import numpy as np

    left, top, right, bottom = boxes.T
    areas = (right - left) * (bottom - top)
    ends = np.searchsorted(top, bottom, side="left")
    for place in range(len(boxes)):
        below = slice(place + 1, max(int(ends[place]), place + 1))
        width = np.minimum(right[below], right[place]) - np.maximum(left[below], left[place])
        height = np.minimum(bottom[below], bottom[place]) - np.maximum(top[below], top[place])
        smaller = np.minimum(areas[below], areas[place])
        meets = (width > 0) & (height > 0) & (smaller > 0)
        covers = meets & (width * height / np.where(smaller > 0, smaller, 1) > COVERED)
        yield place, np.flatnonzero(covers) + place + 1


def _sort_pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
