"""The image from elsewhere."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from irloom.backends.offline.editor.scene import Scene
from irloom.backends.offline.editor.viewpoint import change_view
from support.meadow import Bench, ellipse

VIEWS = ["low angle", "high angle", "from the left", "from the right", "close-up", "tilted"]


@pytest.mark.parametrize("view", VIEWS)
def test_no_border_comes_into_view(bench: Bench, view: str) -> None:
    corners = np.array(bench.edit("viewpoint", view, None).details["steps"][0]["corners"])
    assert corners.min() >= -1e-3
    assert corners.max() <= 1 + 1e-3


@pytest.mark.parametrize("view", VIEWS)
def test_later_steps_find_the_objects_where_they_are_seen(bench: Bench, view: str) -> None:
    step = bench.step("viewpoint", view, None)
    change = change_view(Scene(bench.before, bench.boxes), step, np.random.default_rng(1))
    barrel = change.scene.objects[0]
    assert barrel is not None
    pixels = change.scene.pixels.astype(int)
    red = (pixels[..., 0] > 90) & (pixels[..., 0] > 2 * pixels[..., 1])
    rows, columns = np.nonzero(red)
    height, width = red.shape
    assert barrel.x1 * width == pytest.approx(columns.min(), abs=4)
    assert barrel.y2 * height == pytest.approx(rows.max(), abs=5)


def test_from_below_the_foot_of_things_is_wider(bench: Bench, tmp_path: Path) -> None:
    bar = np.full((180, 240, 3), 90, np.uint8)
    bar[:, 100:140] = 220
    Image.fromarray(bar).save(tmp_path / "bar.png")
    post = type(bench)(tmp_path / "bar.png", bar, ())
    low = post.edit("viewpoint", "low angle", None).image[..., 0] > 155
    high = post.edit("viewpoint", "high angle", None).image[..., 0] > 155
    assert low[170].sum() > 1.2 * low[10].sum()
    assert high[10].sum() > 1.2 * high[170].sum()


def test_a_close_up_shows_the_object_large(bench: Bench) -> None:
    corners = np.array(bench.edit("viewpoint", "close-up", 2).details["steps"][0]["corners"])
    stone = bench.boxes[1]
    assert corners[:, 0].min() < stone.x1
    assert corners[:, 0].max() > stone.x2
    assert np.ptp(corners[:, 0]) < 0.7


def test_a_close_up_of_what_fills_the_image_is_declined(bench: Bench) -> None:
    assert "fills the image already" in bench.holding(ellipse("barn", 0.5, 0.5, 0.4, 0.4)).decline(
        "viewpoint", "close-up", 1
    )
