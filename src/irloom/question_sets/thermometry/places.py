"""Finds places in a thermal picture whose temperature is clear: away from the border, and nearly even around.

Places are drawn evenly over temperatures, not over the picture, most of which is often background.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from irloom.question_sets.draws import draw

EVEN_K = 1.0
"""Kelvin that a place and its eight neighbours may differ by, where its temperature is asked."""
UNEVEN_K = 3.0
"""The same where places are compared, whose neighbours all have to differ from each other."""
_BORDER = 0.06
"""Share of the shorter side that is left free for the ring."""
_APART = 0.2
"""Share of the shorter side that places are apart, so that rings and labels do not meet."""
_BINS = 12
"""Of temperatures, among which one is drawn first."""
_TRIES = 300
_Indices = NDArray[np.intp]


class Place(NamedTuple):
    """A pixel and its temperature in °C, with the least and the highest of it and its neighbours."""

    column: int
    row: int
    celsius: float
    low_c: float
    high_c: float


class Places:
    """All places of a picture whose surroundings are as even as is wanted."""

    def __init__(self, celsius: NDArray[np.float64], even_k: float = EVEN_K) -> None:
        self._celsius = celsius
        self._least = _APART * min(celsius.shape)
        self._bins = _sort_into_bins(celsius, *_find(celsius, even_k))

    def choose(
        self, count: int, accept: Callable[[Sequence[Place]], bool], seed: int, *names: object
    ) -> list[Place] | None:
        """Places that are apart and that a task accepts; None where some hundred draws give none."""
        for attempt in range(_TRIES if self._bins else 0):
            places = [self._draw(seed, *names, attempt, which) for which in range(count)]
            if self._are_apart(places) and accept(places):
                return places
        return None

    def _draw(self, seed: int, *names: object) -> Place:
        some = self._bins[draw(seed, "bin", *names) % len(self._bins)]
        row, column = some[draw(seed, "place", *names) % len(some)].tolist()
        around = self._celsius[row - 1 : row + 2, column - 1 : column + 2]
        return Place(column, row, float(self._celsius[row, column]), float(around.min()), float(around.max()))

    def _are_apart(self, places: Sequence[Place]) -> bool:
        return all(
            (one.column - other.column) ** 2 + (one.row - other.row) ** 2 >= self._least**2
            for one, other in combinations(places, 2)
        )


def _find(celsius: NDArray[np.float64], even_k: float) -> tuple[_Indices, _Indices]:
    """Rows and columns."""
    height, width = celsius.shape
    edge = max(2, round(_BORDER * min(height, width)))
    if min(height, width) <= 2 * edge:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    around = [
        celsius[edge + y : height - edge + y, edge + x : width - edge + x]
        for y in (-1, 0, 1)
        for x in (-1, 0, 1)
    ]
    # What was not measured is NaN, which no comparison is true of.
    rows, columns = np.nonzero(np.maximum.reduce(around) - np.minimum.reduce(around) <= even_k)
    return rows + edge, columns + edge


def _sort_into_bins(celsius: NDArray[np.float64], rows: _Indices, columns: _Indices) -> list[_Indices]:
    """Rows and columns of those that hold a place, from cold to hot."""
    if not rows.size:
        return []
    values, places = celsius[rows, columns], np.stack([rows, columns], axis=1)
    edges = np.linspace(values.min(), values.max(), _BINS + 1)[1:-1]
    which = np.searchsorted(edges, values, side="right")
    return [places[which == one] for one in np.unique(which)]
