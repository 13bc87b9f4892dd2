"""A region is measured where its edge may be a pixel off without changing what comes out."""

import numpy as np
import pytest

from irloom.question_sets.thermometry.quarters import find_quarter
from irloom.question_sets.thermometry.regions import find_cells, grow, make_box, measure_steadily, shrink


def test_a_measure_that_hangs_on_the_edge_is_none() -> None:
    celsius = np.full((40, 40), 20.0)
    celsius[10:20, 10:20] = 30
    inside = make_box((10, 10, 20, 20), celsius.shape)
    assert measure_steadily(celsius, inside, "max") == 30
    assert measure_steadily(celsius, inside, "min") is None
    beside = make_box((20, 10, 30, 20), celsius.shape)
    assert measure_steadily(celsius, beside, "max") is None
    assert measure_steadily(celsius, beside, "min") == 20


def test_a_region_with_an_unknown_pixel_or_of_few_pixels_is_not_measured() -> None:
    celsius = np.full((40, 40), 20.0)
    assert measure_steadily(celsius, make_box((5, 5, 9, 9), celsius.shape), "mean") is None
    celsius[12, 12] = np.nan
    for what in ("max", "min", "mean"):
        assert measure_steadily(celsius, make_box((10, 10, 20, 20), celsius.shape), what) is None


def test_a_region_grows_and_shrinks_by_a_pixel_on_all_sides_but_not_over_the_border() -> None:
    box = make_box((0, 4, 6, 10), (20, 20)).pixels
    assert find_cells(grow(box)) == (0, 3, 7, 11)
    assert find_cells(shrink(box)) == (0, 5, 5, 9)


@pytest.mark.parametrize(
    ("cells", "quarter"),
    [
        ((5, 5, 20, 20), "top left"),
        ((70, 5, 90, 20), "top right"),
        ((70, 70, 90, 90), "bottom right"),
        ((5, 70, 20, 90), "bottom left"),
        ((40, 5, 60, 20), None),
        ((5, 5, 49, 20), None),
    ],
)
def test_a_quarter_holds_all_and_is_clear_of_the_lines(
    cells: tuple[int, int, int, int], quarter: str | None
) -> None:
    assert find_quarter(make_box(cells, (100, 100)).pixels) == quarter
