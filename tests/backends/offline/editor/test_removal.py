"""Objects that go, and those that come in their place."""

import numpy as np

from irloom.backends.offline.editor.masks import sketch_mask
from irloom.backends.offline.editor.planes import grow
from support.meadow import Bench, ellipse


def test_where_the_object_was_the_meadow_is(bench: Bench) -> None:
    after = bench.edit("remove").image
    mask = sketch_mask(bench.boxes[0], *bench.before.shape[:2])
    pixels = after[mask].astype(int)
    assert (pixels[:, 1] > pixels[:, 0] + 10).mean() > 0.97
    far = ~grow(mask, 12)
    assert np.array_equal(after[far], bench.before[far])


def test_what_is_too_large_to_make_up_is_declined(bench: Bench) -> None:
    large = bench.holding(ellipse("barrel", 0.5, 0.5, 0.3, 0.3))
    assert "cannot be made up from its surroundings" in large.decline("remove")


def test_another_object_of_the_image_takes_the_place(bench: Bench) -> None:
    edit = bench.edit("replace", "stone")
    x1, y1, x2, y2 = edit.regions[0]
    box = bench.boxes[0]
    assert abs(y2 - box.y2) < 0.05
    assert abs((x1 + x2) / 2 - (box.x1 + box.x2) / 2) < 0.03
    height, width = bench.before.shape[:2]
    middle = edit.image[int((y1 + y2) / 2 * height), int((x1 + x2) / 2 * width)].astype(int)
    assert np.ptp(middle) < 20
    assert edit.details["steps"][0]["copied_from"] == 2


def test_without_such_an_object_it_is_declined(bench: Bench) -> None:
    assert "no whole giraffe" in bench.decline("replace", "giraffe")
    assert "is a barrel already" in bench.decline("replace", "barrel")
    cut_off = bench.holding(bench.boxes[0], ellipse("stone", 0.99, 0.78, 0.08, 0.09))
    assert "no whole stone" in cut_off.decline("replace", "stone")
