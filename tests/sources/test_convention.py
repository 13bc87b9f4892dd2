"""Boxes of another form are recognised from the whole file, and read where the option says so."""

from collections.abc import Callable
from typing import Any

import pytest

from irloom.errors import ConfigError
from irloom.sources.coco import CocoSource

Make = Callable[..., CocoSource]

WIDTH, HEIGHT = 100, 50
PIXELS: list[list[float]] = [
    [60, 10, 30, 20],
    [5, 20, 10, 25],
    [70, 30, 25, 15],
    [50, 5, 45, 40],
    [80, 20, 15, 20],
    [1, 1, 8, 9],
]
"""x, y, width, height."""


def to_xyxy(box: list[float]) -> list[float]:
    x, y, width, height = box
    return [x, y, x + width, y + height]


def to_cxcywh(box: list[float]) -> list[float]:
    x, y, width, height = box
    return [x + width / 2, y + height / 2, width, height]


def to_shares(box: list[float]) -> list[float]:
    return [value / side for value, side in zip(box, (WIDTH, HEIGHT) * 2, strict=True)]


def as_boxes(boxes: list[Any]) -> list[dict[str, Any]]:
    return [{"image_id": 1, "category_id": 3, "bbox": box} for box in boxes]


def corners(source: CocoSource) -> list[tuple[float, ...]]:
    (sample,) = source
    return [tuple(round(v, 6) for v in (box.x1, box.y1, box.x2, box.y2)) for box in sample.boxes]


@pytest.fixture
def expected(make_source: Make) -> list[tuple[float, ...]]:
    return corners(make_source(boxes=as_boxes(PIXELS)))


@pytest.mark.parametrize(
    ("boxes", "options", "said"),
    [
        ([to_xyxy(box) for box in PIXELS], {"form": "xyxy"}, "Give --boxes xyxy"),
        ([to_shares(box) for box in PIXELS], {"normalised": True}, r"Give --normalised\."),
        (
            [to_shares(to_xyxy(box)) for box in PIXELS],
            {"form": "xyxy", "normalised": True},
            "Give --normalised --boxes xyxy",
        ),
        (
            [to_shares(to_cxcywh(box)) for box in PIXELS],
            {"form": "cxcywh", "normalised": True},
            "Give --normalised --boxes cxcywh",
        ),
        ([list(map(str, to_xyxy(box))) for box in PIXELS], {"form": "xyxy"}, "Give --boxes xyxy"),
        ([to_cxcywh(box) for box in PIXELS * 4], {"form": "cxcywh"}, "Give --boxes cxcywh"),
    ],
    ids=["corners", "shares", "corners in shares", "YOLO's", "corners as texts", "centres"],
)
def test_another_form_is_refused_with_the_option_that_reads_it(
    make_source: Make, boxes: list[Any], options: dict[str, Any], said: str, expected: list[tuple[float, ...]]
) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        make_source(boxes=as_boxes(boxes))
    assert "image id '1'" in str(caught.value)
    assert corners(make_source(boxes=as_boxes(boxes), **options)) == expected * (len(boxes) // len(PIXELS))


def test_pixels_are_not_taken_for_shares_when_asked(make_source: Make) -> None:
    with pytest.raises(ConfigError, match=r"6 of 6 boxes do not lie within 0..1.*Leave --normalised out"):
        make_source(boxes=as_boxes(PIXELS), normalised=True)


def test_shares_go_with_an_image_whose_size_no_file_lists(
    make_source: Make, expected: list[tuple[float, ...]]
) -> None:
    boxes = as_boxes([to_shares(box) for box in PIXELS])
    source = make_source([{"id": 1, "file_name": "a.jpg"}], boxes=boxes, normalised=True)
    assert corners(source) == expected


def test_polygons_beside_shares_may_be_in_either_unit(make_source: Make) -> None:
    boxes = as_boxes([to_shares(box) for box in PIXELS[:2]])
    boxes[0]["segmentation"] = [[0.5, 0.2, 0.9, 0.2, 0.9, 0.6]]
    boxes[1]["segmentation"] = [[50, 10, 90, 10, 90, 30]]
    (sample,) = make_source(boxes=boxes, normalised=True)
    assert [box.polygons for box in sample.boxes] == [((0.5, 0.2, 0.9, 0.2, 0.9, 0.6),)] * 2


def test_boxes_that_leave_their_images_in_any_form_are_refused_with_what_to_check(make_source: Make) -> None:
    boxes = as_boxes(
        [[150, 10, 300, 20], [90, 80, 200, 90], [120, 30, 250, 15], [99, 5, 45, 40], [9, 49, 5, 9]]
    )
    with pytest.raises(ConfigError, match="`width` and `height` under `images`"):
        make_source(boxes=boxes)
    assert len(corners(make_source(boxes=boxes, form="xywh"))) == 2


@pytest.mark.parametrize(
    "boxes", [[[60, 10, 60, 20]], [[-20, 0, 60, 25], [1, 1, 5, 5]], [*PIXELS, [60, 10, 90, 20]]]
)
def test_a_few_boxes_over_the_border_are_clipped_as_ever(make_source: Make, boxes: list[Any]) -> None:
    source = make_source(boxes=as_boxes(boxes))
    assert source.counts["box_clipped"] == 1
    assert len(corners(source)) == len(boxes)
