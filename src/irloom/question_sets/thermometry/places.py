"""Finds places in a thermal picture whose temperature is clear: even around, and away from the border."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from irloom.question_sets.draws import draw

EVEN_K = 0.5
"""Kelvin that the pixels around a place may differ by."""
_AROUND = 2
"""Pixels on each side that must be so."""
_BORDER = 0.06
"""Share of the shorter side that is left free for the ring."""
_APART = 0.2
"""Share of the shorter side that places are apart, so that rings and labels do not meet."""
_TRIES = 300


class Place(NamedTuple):
    """A pixel and its temperature in °C."""

    column: int
    row: int
    celsius: float


def find_even(celsius: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Columns and rows of all pixels where a temperature can be asked."""
    height, width = celsius.shape
    edge = max(_AROUND + 1, round(_BORDER * min(height, width)))
    if min(height, width) <= 2 * edge:
        return []
    steps = [
        celsius[edge + y : height - edge + y, edge + x : width - edge + x]
        for y in range(-_AROUND, _AROUND + 1)
        for x in range(-_AROUND, _AROUND + 1)
    ]
    # What was not measured is NaN, which no comparison is true of.
    is_even = np.maximum.reduce(steps) - np.minimum.reduce(steps) <= EVEN_K
    rows, columns = np.nonzero(is_even)
    return list(zip((columns + edge).tolist(), (rows + edge).tolist(), strict=True))


def choose_places(
    celsius: NDArray[np.float64],
    even: Sequence[tuple[int, int]],
    count: int,
    accept: Callable[[Sequence[Place]], bool],
    seed: int,
    *names: object,
) -> list[Place] | None:
    """Places that are apart and that a task accepts; None where some hundred draws give none."""
    if not even:
        return None
    least = _APART * min(celsius.shape)
    for attempt in range(_TRIES):
        drawn = [even[draw(seed, *names, attempt, which) % len(even)] for which in range(count)]
        places = [Place(column, row, float(celsius[row, column])) for column, row in drawn]
        if _are_apart(places, least) and accept(places):
            return places
    return None


def _are_apart(places: Sequence[Place], least: float) -> bool:
    return all(
        (one.column - other.column) ** 2 + (one.row - other.row) ** 2 >= least**2
        for one, other in combinations(places, 2)
    )
