"""Recoloured objects."""

import colorsys

import numpy as np
import pytest
from PIL import Image

from irloom.backends.offline.editor.masks import sketch_mask
from irloom.backends.offline.editor.planes import Mask, grow
from irloom.edits import Subcategory
from support.meadow import Bench

HUES = {"orange": 28, "yellow": 58, "green": 120, "blue": 222, "purple": 285, "pink": 335, "brown": 25}


def inside(bench: Bench, number: int = 1) -> Mask:
    return sketch_mask(bench.boxes[number - 1], *bench.before.shape[:2])


@pytest.mark.parametrize(("colour", "hue"), HUES.items())
@pytest.mark.parametrize("target", [1, 2])
def test_the_object_has_the_hue_that_was_named(bench: Bench, colour: str, hue: int, target: int) -> None:
    after = bench.edit("color", colour, target).image
    red, green, blue = after[inside(bench, target)].mean(axis=0) / 255
    found = colorsys.rgb_to_hsv(red, green, blue)[0] * 360
    assert abs((found - hue + 180) % 360 - 180) < 22


def test_red_on_grey_is_red(bench: Bench) -> None:
    red, green, blue = bench.edit("color", "red", 2).image[inside(bench, 2)].mean(axis=0)
    assert red > 1.8 * max(green, blue)


@pytest.mark.parametrize(
    ("colour", "low", "high"), [("white", 185, 255), ("black", 0, 60), ("grey", 95, 175)]
)
def test_what_has_no_hue_has_the_lightness_that_was_named(
    bench: Bench, colour: str, low: int, high: int
) -> None:
    pixels = bench.edit("color", colour).image[inside(bench)].astype(int)
    assert low < pixels.mean() < high
    assert np.ptp(pixels.mean(axis=0)) < 16


@pytest.mark.parametrize(
    ("subcategory", "value"), [("color", "blue"), ("material", "gold"), ("texture", "striped")]
)
def test_nothing_changes_outside(bench: Bench, subcategory: Subcategory, value: str) -> None:
    after = bench.edit(subcategory, value).image
    far = ~grow(inside(bench), 5)
    assert np.array_equal(after[far], bench.before[far])


def test_the_shading_stays(bench: Bench) -> None:
    mask = inside(bench)
    before, after = (image[mask].mean(axis=1) for image in (bench.before, bench.edit("color", "green").image))
    assert np.corrcoef(before, after)[0, 1] > 0.8


def test_what_has_the_colour_already_is_declined(bench: Bench) -> None:
    red = bench.holding(bench.boxes[0])
    blue = red.edit("color", "blue")
    path = red.photograph.with_name("blue.png")
    Image.fromarray(blue.image).save(path)
    again = type(red)(path, blue.image, red.boxes)
    assert "is blue already" in again.decline("color", "blue")
