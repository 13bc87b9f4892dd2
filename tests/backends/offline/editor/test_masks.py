"""Where an object is."""

import numpy as np

from irloom.backends.offline.editor.masks import find_mask, outline, sketch_mask
from irloom.backends.offline.editor.planes import Mask
from irloom.records import Box
from support.meadow import Bench


def overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_the_polygon_is_the_mask_with_a_soft_rim(bench: Bench) -> None:
    rough = sketch_mask(bench.boxes[0], *bench.before.shape[:2])
    mask = find_mask(bench.before, bench.boxes[0])
    assert overlap(mask > 0.5, rough) > 0.9
    assert ((mask > 0.1) & (mask < 0.9)).any()


def test_without_a_polygon_the_object_is_cut_from_its_box(bench: Bench) -> None:
    rough = sketch_mask(bench.boxes[0], *bench.before.shape[:2])
    mask = find_mask(bench.before, bench.boxes[0].model_copy(update={"polygons": ()}))
    assert overlap(mask > 0.5, rough) > 0.85


def test_where_nothing_stands_out_the_ellipse_in_the_box_is_taken() -> None:
    flat = np.full((90, 120, 3), 128, np.uint8)
    mask = find_mask(flat, Box(label="x", x1=0.25, y1=0.25, x2=0.75, y2=0.75)) > 0.5
    assert mask[45, 60]
    assert not mask[24, 31]
    assert 0.6 < mask.sum() / (60 * 45) < 0.9


def test_a_box_as_large_as_the_image_has_a_mask(bench: Bench) -> None:
    mask = find_mask(bench.before, Box(label="x", x1=0, y1=0, x2=1, y2=1))
    assert mask.mean() > 0.5


def test_an_outline_gives_its_mask_again(bench: Bench) -> None:
    mask = find_mask(bench.before, bench.boxes[0])
    box = outline(mask, "barrel")
    assert box is not None
    assert overlap(sketch_mask(box, *mask.shape), mask > 0.5) > 0.93


def test_nothing_has_no_outline() -> None:
    assert outline(np.zeros((20, 20), np.float32), "x") is None
