"""Objects that go elsewhere."""

import numpy as np
import pytest
from PIL import Image

from irloom.backends.offline.editor.masks import sketch_mask
from irloom.backends.offline.editor.planes import Mask, Pixels, grow
from support.meadow import Bench, ellipse


def redness(image: Pixels) -> Mask:
    pixels = image.astype(int)
    return np.asarray((pixels[..., 0] > 90) & (pixels[..., 0] > 2 * pixels[..., 1]))


def middle(mask: Mask) -> tuple[float, float]:
    rows, columns = np.nonzero(mask)
    return float(columns.mean()), float(rows.mean())


@pytest.mark.parametrize(
    ("value", "axis", "sign"), [("left", 0, -1), ("right", 0, 1), ("higher", 1, -1), ("lower", 1, 1)]
)
def test_the_object_goes_where_it_was_told(bench: Bench, value: str, axis: int, sign: int) -> None:
    alone = bench.holding(ellipse("barrel", 0.4, 0.68, 0.1, 0.16))
    edit = alone.edit("spatial", value)
    before, after = middle(redness(bench.before)), middle(redness(edit.image))
    length = bench.before.shape[1 - axis]
    assert sign * (after[axis] - before[axis]) > 0.05 * length
    x1, y1, x2, y2 = edit.regions[0]
    there = (x1 + x2) / 2 * bench.before.shape[1], (y1 + y2) / 2 * bench.before.shape[0]
    assert np.hypot(there[0] - after[0], there[1] - after[1]) < 8


def test_the_place_that_it_left_shows_the_meadow(bench: Bench) -> None:
    edit = bench.edit("spatial", "left", seed=4)
    left = sketch_mask(bench.boxes[0], *bench.before.shape[:2])
    x2 = round(edit.regions[0][2] * bench.before.shape[1])
    left[:, : x2 + 3] = False
    assert left.sum() > 50
    pixels = edit.image[left].astype(int)
    assert (pixels[:, 1] > pixels[:, 0]).mean() > 0.95


def test_mirroring_twice_brings_back_the_object(bench: Bench) -> None:
    once = bench.edit("spatial", "mirrored")
    path = bench.photograph.with_name("once.png")
    Image.fromarray(once.image).save(path)
    twice = type(bench)(path, once.image, bench.boxes).edit("spatial", "mirrored")
    core = sketch_mask(bench.boxes[0], *bench.before.shape[:2])
    core = ~grow(~core, 4)
    assert np.abs(twice.image[core].astype(int) - bench.before[core]).mean() < 6
    assert np.abs(once.image[core].astype(int) - bench.before[core]).mean() > 5


def test_tilting_keeps_the_middle(bench: Bench) -> None:
    edit = bench.edit("spatial", "tilted")
    before, after = middle(redness(bench.before)), middle(redness(edit.image))
    assert np.hypot(before[0] - after[0], before[1] - after[1]) < 3
    x1, _, x2, _ = edit.regions[0]
    assert x2 - x1 > bench.boxes[0].x2 - bench.boxes[0].x1


@pytest.mark.parametrize(
    ("x", "value", "reason"),
    [
        (0.02, "right", "cut off at the side"),
        (0.12, "left", "no room to go left"),
        (0.02, "mirrored", "frame's side"),
    ],
)
def test_what_the_frame_cuts_off_or_hems_in_is_declined(
    bench: Bench, x: float, value: str, reason: str
) -> None:
    assert reason in bench.holding(ellipse("barrel", x, 0.68, 0.1, 0.16)).decline("spatial", value)


def test_what_fills_the_frame_is_declined(bench: Bench) -> None:
    large = bench.holding(ellipse("barrel", 0.5, 0.5, 0.45, 0.45))
    assert "of the image: it cannot be moved" in large.decline("spatial", "left")
