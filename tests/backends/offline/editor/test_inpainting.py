"""What is painted where something was."""

import numpy as np

from irloom.backends.offline.editor.inpainting import fill_hole
from irloom.backends.offline.editor.planes import Mask, Pixels, grow


def stripes() -> Pixels:
    """Vertical stripes, 20 pixels a pair, with some noise."""
    x = np.arange(240)[None, :, None]
    tone = np.where(x % 20 < 10, 200, 60) + np.random.default_rng(0).normal(0, 4, (180, 240, 3))
    return np.clip(tone, 0, 255).astype(np.uint8)


def hole_in(pixels: Pixels, rows: slice, columns: slice) -> Mask:
    hole = np.zeros(pixels.shape[:2], np.bool_)
    hole[rows, columns] = True
    return hole


def test_a_pattern_goes_on_through_the_hole() -> None:
    pixels = stripes()
    hole = hole_in(pixels, slice(60, 110), slice(90, 150))
    broken = pixels.copy()
    broken[hole] = (255, 0, 0)
    filled = fill_hole(broken, hole, np.zeros_like(hole), 2)
    wrong = np.abs(filled.astype(int) - pixels).mean(axis=2)[hole]
    assert np.median(wrong) < 15
    assert (wrong < 40).mean() > 0.85


def test_nothing_changes_beyond_the_feather() -> None:
    pixels = stripes()
    hole = hole_in(pixels, slice(60, 110), slice(90, 150))
    filled = fill_hole(pixels, hole, np.zeros_like(hole), 3)
    far = ~grow(hole, 4)
    assert np.array_equal(filled[far], pixels[far])


def test_what_is_forbidden_is_not_copied() -> None:
    pixels = np.full((180, 240, 3), 90, np.uint8)
    pixels[:, :100] = (90, 90, 200)
    hole = hole_in(pixels, slice(60, 110), slice(108, 150))
    forbidden = hole_in(pixels, slice(0, 180), slice(0, 104))
    filled = fill_hole(pixels, hole, forbidden, 2)
    assert filled[hole][:, 2].max() < 130


def test_a_hole_at_the_border_is_filled() -> None:
    pixels = stripes()
    hole = hole_in(pixels, slice(130, 180), slice(180, 240))
    broken = pixels.copy()
    broken[hole] = (255, 0, 0)
    filled = fill_hole(broken, hole, np.zeros_like(hole), 2)
    assert (np.ptp(filled[hole].astype(int), axis=1) < 60).mean() > 0.95
