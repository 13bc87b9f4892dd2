"""Sky, distance and rooms."""

import numpy as np

from irloom.backends.offline.editor.scene import Scene
from irloom.backends.offline.editor.surroundings import find_horizon, find_sky, guess_depth, is_room
from support.meadow import Bench, ellipse


def test_the_sky_is_what_is_calm_and_pale_above(bench: Bench) -> None:
    sky = find_sky(Scene(bench.before, bench.boxes))
    assert sky[:70].mean() > 0.95
    assert sky[95:].mean() < 0.02
    assert 0.4 < find_horizon(sky) < 0.52


def test_a_room_has_no_sky(bench: Bench) -> None:
    scene = Scene(bench.before, (ellipse("oven", 0.5, 0.7, 0.1, 0.1),))
    assert is_room(scene)
    assert not find_sky(scene).any()


def test_an_object_is_as_far_as_its_foot(bench: Bench) -> None:
    scene = Scene(bench.before, bench.boxes)
    depth = guess_depth(scene, find_sky(scene))
    foot = int(bench.boxes[0].y2 * bench.before.shape[0]) - 1
    column = int(0.4 * bench.before.shape[1])
    assert abs(depth[int(0.6 * bench.before.shape[0]), column] - depth[foot, 5]) < 0.05
    assert depth[5].min() > 0.95
    assert depth[-1].max() < 0.05
    assert np.all(np.diff(depth[:, 5]) <= 1e-3)
