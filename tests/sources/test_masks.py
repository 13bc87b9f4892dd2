"""A mask of one piece is one thing, whatever its flag says; several pieces stay a group."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from irloom.sources.coco import CocoSource
from irloom.sources.masks import is_one_piece

Make = Callable[..., CocoSource]


def encode(mask: Any) -> dict[str, Any]:
    """COCO's run lengths, column by column."""
    flat = np.concatenate([[0], np.asarray(mask, dtype=np.uint8).T.ravel()])
    edges = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(np.concatenate([[1], edges, [flat.size]])).tolist()
    return {"counts": runs, "size": list(np.shape(mask))}


def pack(counts: list[int]) -> str:
    """COCO's packed form, as its own tools write it."""
    text = ""
    for place, count in enumerate(counts):
        value = count - counts[place - 2] if place > 2 else count
        more = True
        while more:
            bits = value & 31
            value >>= 5
            more = value != (-1 if bits & 16 else 0)
            text += chr((bits | 32 if more else bits) + 48)
    return text


def draw(*places: tuple[int, int, int, int]) -> Any:
    mask = np.zeros((50, 100), dtype=np.uint8)
    for top, left, height, width in places:
        mask[top : top + height, left : left + width] = 1
    return mask


ONE = draw((10, 10, 20, 30), (30, 35, 10, 20))
TWO = draw((10, 10, 20, 30), (10, 60, 20, 30))
CORNERS = draw((10, 10, 10, 10), (20, 20, 10, 10))
CRUMBS = draw((10, 10, 20, 30), (45, 90, 2, 2))


@pytest.mark.parametrize(
    ("mask", "one"), [(ONE, True), (TWO, False), (CORNERS, True), (CRUMBS, True), (draw(), False)]
)
@pytest.mark.parametrize("packed", [False, True])
def test_pieces_are_counted(mask: Any, one: bool, packed: bool) -> None:
    written = encode(mask)
    if packed:
        written["counts"] = pack(written["counts"])
    assert is_one_piece(written) is one


@pytest.mark.parametrize(
    "given",
    [
        *(None, [], [[0, 0, 1, 0, 1, 1]], {}, {"counts": [3, 4], "size": [50, 100]}, {"size": [50, 100]}),
        *(
            {"counts": "\x00", "size": [5, 5]},
            {"counts": [-1, 26], "size": [5, 5]},
            {"counts": [25], "size": 5},
        ),
        *({"counts": [10**12], "size": [10**6, 10**6]}, {"counts": [], "size": [0, 0]}),
    ],
)
def test_what_is_no_readable_mask_is_not_one_piece(given: Any) -> None:
    assert not is_one_piece(given)


def make_box(mask: Any, iscrowd: Any = 1) -> dict[str, Any]:
    box = {"image_id": 1, "category_id": 1, "bbox": [10, 10, 30, 20]}
    return box | {"iscrowd": iscrowd, "segmentation": encode(mask)}


@pytest.mark.parametrize("flag", [1, 1.0, "1", True])
def test_a_crowd_of_one_piece_is_one_object_and_said_to_be(make_source: Make, flag: Any) -> None:
    source = make_source(boxes=[make_box(ONE, flag), make_box(TWO, flag)])
    (sample,) = source
    assert [box.crowd for box in sample.boxes] == [False, True]
    assert sample.notes == {"crowd_of_one": 1}
    (notice,) = source.notices
    assert notice.startswith("2 of 2 boxes are marked `iscrowd`")
    assert "1 are masks of one piece" in notice


def test_a_few_crowds_are_not_worth_a_word(make_source: Make) -> None:
    plain = {"image_id": 1, "category_id": 1, "bbox": [10, 10, 30, 20]}
    assert make_source(boxes=[make_box(TWO), plain, plain]).notices == ()
