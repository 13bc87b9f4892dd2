"""Siblings that differ in a small coloured thing are told apart; noise does not tell images apart."""

from pathlib import Path

import imagehash
import pytest
from PIL import Image

from irloom.backends.meters.twins import TWIN_DISTANCE, are_twins, measure_distance
from irloom.errors import SourceError
from support.photos import compress, make_photo, paint, save

SMALL = (0.5, 0.5, 0.56, 0.56)


def test_an_image_and_its_jpeg_are_twins(tmp_path: Path) -> None:
    photo = make_photo(1, 480, 640)
    one, other = save(photo, tmp_path / "1.png"), save(compress(photo, 75), tmp_path / "2.png")
    assert 0 < measure_distance(one, other) < TWIN_DISTANCE
    assert are_twins(one, other)
    assert measure_distance(one, one) == 0


def test_two_colours_of_a_small_thing_are_no_twins_though_their_hashes_are_alike(tmp_path: Path) -> None:
    photo = make_photo(1, 480, 640)
    red = save(paint(photo, SMALL, (200, 60, 60)), tmp_path / "red.png")
    green = save(paint(photo, SMALL, (20, 120, 20)), tmp_path / "green.png")
    assert imagehash.phash(Image.open(red)) - imagehash.phash(Image.open(green)) <= 2
    assert measure_distance(red, green) > 2 * TWIN_DISTANCE
    assert not are_twins(red, green)


def test_images_of_different_shape_are_no_twins(tmp_path: Path) -> None:
    one, other = (save(make_photo(1, 60, width), tmp_path / f"{width}.png") for width in (80, 120))
    assert measure_distance(one, other) == float("inf")


def test_the_same_picture_in_two_sizes_is_a_twin(tmp_path: Path) -> None:
    photo = make_photo(1, 480, 640)
    small = Image.fromarray(photo).resize((320, 240), Image.Resampling.BOX)
    small.save(tmp_path / "small.png")
    assert are_twins(save(photo, tmp_path / "large.png"), tmp_path / "small.png")


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.png does not exist"):
        are_twins(tmp_path / "gone.png", tmp_path / "gone.png")
