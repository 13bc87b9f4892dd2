"""Things that are added."""

import numpy as np
import pytest

from irloom.backends.offline.editor.editor import ClassicEditor
from irloom.edits import Declined, Step
from irloom.options import ClassicOptions
from irloom.protocols import Edit
from support.meadow import Bench, ellipse

THINGS = ["ball", "balloon", "traffic cone", "umbrella", "kite"]


@pytest.mark.parametrize("value", THINGS)
def test_what_is_added_is_where_the_region_says(bench: Bench, value: str) -> None:
    edit = bench.edit("addition", value, None)
    ((x1, y1, x2, y2),) = edit.regions
    height, width = bench.before.shape[:2]
    changed = np.abs(edit.image.astype(int) - bench.before).max(axis=2) > 30
    inside = np.zeros_like(changed)
    inside[
        int(y1 * height) : int(np.ceil(y2 * height)) + 1, int(x1 * width) : int(np.ceil(x2 * width)) + 1
    ] = True
    assert changed[inside].mean() > 0.1
    assert changed[~inside].mean() < 0.01


@pytest.mark.parametrize("value", THINGS)
def test_it_covers_no_object(bench: Bench, value: str) -> None:
    ((x1, y1, x2, y2),) = bench.edit("addition", value, None).regions
    for box in bench.boxes:
        across, down = min(x2, box.x2) - max(x1, box.x1), min(y2, box.y2) - max(y1, box.y1)
        assert across < 0.05 or down < 0.05


@pytest.mark.parametrize(("left", "right"), [(0.05, 0.3), (0.7, 0.95)])
@pytest.mark.parametrize("value", ["balloon", "kite"])
def test_it_is_put_where_the_step_says(bench: Bench, value: str, left: float, right: float) -> None:
    step = Step(subcategory="addition", instruction="x", value=value, region=(left, 0.08, right, 0.5))
    (edit,) = ClassicEditor(ClassicOptions()).edit([bench.job(step)])
    assert isinstance(edit, Edit)
    ((x1, _, x2, _),) = edit.regions
    assert left - 0.03 <= (x1 + x2) / 2 <= right + 0.03


def test_a_kite_needs_a_sky_and_a_cone_the_outdoors(bench: Bench) -> None:
    room = bench.holding(ellipse("oven", 0.5, 0.7, 0.1, 0.1))
    for value in ("kite", "traffic cone", "umbrella"):
        assert "belongs outdoors" in room.decline("addition", value, None)
    assert isinstance(room.try_to("addition", "ball", None), Edit)


def test_without_a_free_place_it_is_declined(bench: Bench) -> None:
    full = bench.holding(*(ellipse("cow", x, 0.75, 0.12, 0.25) for x in (0.1, 0.3, 0.5, 0.7, 0.9)))
    result = full.try_to("addition", "umbrella", None)
    assert isinstance(result, Declined)
    assert result.reason == "there is no free place for an umbrella"
