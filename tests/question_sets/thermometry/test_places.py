"""Places are even around, away from the border and from each other, and drawn evenly over temperatures."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from irloom.question_sets.thermometry.places import EVEN_K, Place, Places


def choose(celsius: NDArray[np.float64], count: int, number: int) -> list[Place]:
    found = Places(celsius).choose(count, lambda places: True, 0, number)
    assert found is not None
    return found


def test_no_place_is_found_where_neighbours_differ_or_are_not_known() -> None:
    celsius = np.indices((40, 40)).sum(axis=0) % 2 * 5.0
    assert Places(celsius).choose(1, lambda places: True, 0) is None
    assert Places(np.full((40, 40), np.nan)).choose(1, lambda places: True, 0) is None
    assert Places(np.zeros((3, 3))).choose(1, lambda places: True, 0) is None


def test_places_keep_away_from_uneven_ground_and_from_the_border() -> None:
    celsius = np.full((40, 60), 20.0)
    celsius[:, 30:] = 25
    for number in range(60):
        (place,) = choose(celsius, 1, number)
        assert place.column not in {29, 30}
        assert 2 <= place.column < 58
        assert 2 <= place.row < 38
        assert place.high_c - place.low_c <= EVEN_K


def test_a_small_hot_part_is_drawn_as_often_as_the_ground() -> None:
    celsius = np.full((60, 60), 20.0)
    celsius[10:16, 10:16] = 50
    drawn = Counter(place.celsius for number in range(200) for place in choose(celsius, 1, number))
    assert min(drawn.values()) > 60


def test_two_places_are_apart() -> None:
    for number in range(40):
        one, other = choose(np.zeros((50, 50)), 2, number)
        assert (one.column - other.column) ** 2 + (one.row - other.row) ** 2 >= 100
