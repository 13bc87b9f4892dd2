"""Boxes and polygons in pixels become 0..1, clipped, and every loss is counted."""

import math
from collections import Counter
from typing import Any

import pytest

from irloom.sources.geometry import FittedBox, KeptBox, fit_boxes, read_bbox, read_polygons


def fit(
    bbox: list[float], polygons: list[list[float]] | None = None
) -> tuple[list[FittedBox], dict[str, int]]:
    notes: Counter[str] = Counter()
    return list(fit_boxes([KeptBox("car", bbox, False, polygons or [])], 100, 50, notes)), dict(+notes)


def test_a_box_becomes_corners_in_0_to_1() -> None:
    assert fit([10, 5, 20, 10]) == ([FittedBox("car", (0.1, 0.1, 0.3, 0.3), False, ())], {})


@pytest.mark.parametrize("bbox", [[-1, 0, 101, 50], [0, -0.5, 100, 51.5], [0, 0, 100.99, 50]])
def test_one_pixel_outside_is_clipped_without_a_note(bbox: list[float]) -> None:
    boxes, notes = fit(bbox)
    assert (boxes[0].corners, notes) == ((0.0, 0.0, 1.0, 1.0), {})


@pytest.mark.parametrize("bbox", [[-2, 0, 102, 50], [0, -9, 100, 70], [0, 0, 1e308, 1e308]])
def test_more_than_one_pixel_outside_is_noted(bbox: list[float]) -> None:
    boxes, notes = fit(bbox)
    assert (boxes[0].corners, notes) == ((0.0, 0.0, 1.0, 1.0), {"box_clipped": 1})


@pytest.mark.parametrize(
    "bbox", [[1, 1, 0, 5], [1, 1, 5, -5], [100, 1, 5, 5], [-9, 1, 9, 5], [1, 50, 1, 1], [50, 1, 1e-300, 1]]
)
def test_a_box_of_which_nothing_is_left_is_empty(bbox: list[float]) -> None:
    assert fit(bbox) == ([], {"box_empty": 1})


@pytest.mark.parametrize(
    "value",
    [
        *(None, "1,2,3,4", [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, "four"], [1, 2, 3, None]),
        *([True, 2, 3, 4], [1, 2, 3, math.nan], [math.inf, 2, 3, 4], [1, 2, 3, 10**400], {"x": 1}, 7),
    ],
)
def test_what_is_not_four_finite_numbers_is_no_box(value: Any) -> None:
    assert read_bbox(value) is None


def test_polygons_are_clipped_into_the_image() -> None:
    boxes, notes = fit([10, 5, 20, 10], [[-5, -5, 50, 25, 200, 0]])
    assert boxes[0].polygons == ((0.0, 0.0, 0.5, 0.5, 1.0, 0.0),)
    assert math.copysign(1, boxes[0].polygons[0][0]) == 1
    assert notes == {}


def test_no_zero_has_a_sign() -> None:
    boxes, _ = fit([-0.0, -0.0, 20, 10], [[-0.0, -0.0, 50, 25, 0, 50]])
    zeros = (*boxes[0].corners[:2], *boxes[0].polygons[0][:2])
    assert [math.copysign(1, zero) for zero in zeros] == [1, 1, 1, 1]


def test_a_polygon_without_extent_is_dropped_and_its_box_kept() -> None:
    boxes, notes = fit([10, 5, 20, 10], [[200, 0, 300, 0, 300, 50], [0, 0, 1, 0, 1, 1]])
    assert [len(box.polygons) for box in boxes] == [1]
    assert notes == {"polygon_invalid": 1}


@pytest.mark.parametrize("value", [None, [], {}])
def test_no_segmentation_is_no_mistake(value: Any) -> None:
    assert read_polygons(value) == ([], 0)


def test_broken_polygons_are_counted_and_the_others_kept() -> None:
    good = [0, 0, 1, 0, 1, 1]
    broken = [[0, 0, 1, 1], [0, 0, 1, 0, 1], [0, 0, 1, 0, 1, math.nan], "x", None, 5, [0, 0, 1, 0, 1, "one"]]
    assert read_polygons([good, *broken]) == ([good], len(broken))
    assert read_polygons("text") == ([], 1)
