"""What an edit changed is measured where it was meant to happen, and everywhere else."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from irloom.backends.meters.preservation import PixelMeter
from irloom.edits import Preservation, Region
from irloom.errors import SourceError
from irloom.protocols import MeasuringJob
from support.photos import Pixels, compress, make_photo, paint, save

BOX = (0.25, 0.25, 0.5, 0.5)
RED = (220, 30, 30)


@pytest.fixture(scope="module")
def coffee() -> Pixels:
    return np.asarray(skimage.data.coffee())  # type: ignore[no-untyped-call]


def measure(folder: Path, before: Pixels, after: Pixels, *regions: Region) -> Preservation:
    return PixelMeter().measure(MeasuringJob(save(before, folder / "before.png"), after, regions))


def test_an_image_that_was_left_alone_differs_in_nothing(coffee: Pixels, tmp_path: Path) -> None:
    found = measure(tmp_path, coffee, coffee, BOX)
    assert (found.changed, found.changed_inside, found.changed_outside) == (0, 0, 0)
    assert (found.ssim, found.ssim_outside, found.structure) == (1, 1, 1)
    assert (found.colour_shift, found.colour_shift_outside, found.hash_distance) == (0, 0, 0)
    assert found.hash_before == found.hash_after
    assert len(found.hash_after) == 16
    assert found.same_size


def test_saving_as_jpeg_is_no_visible_change(coffee: Pixels, tmp_path: Path) -> None:
    found = measure(tmp_path, coffee, compress(coffee, 75), BOX)
    assert found.changed < 0.002
    assert found.changed_inside is not None
    assert found.changed_inside < 0.05


def test_resampling_is_no_visible_change(coffee: Pixels, tmp_path: Path) -> None:
    height, width = coffee.shape[:2]
    small = cv2.resize(coffee, (width * 3 // 4, height * 3 // 4), interpolation=cv2.INTER_AREA)
    again = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    assert measure(tmp_path, coffee, again.astype(np.uint8)).changed < 0.002


def test_a_recoloured_object_is_seen_inside_and_not_outside(coffee: Pixels, tmp_path: Path) -> None:
    found = measure(tmp_path, coffee, paint(coffee, BOX, RED), BOX)
    assert found.changed_inside is not None
    assert found.changed_inside > 0.9
    assert (found.changed_outside, found.ssim_outside, found.colour_shift_outside) == (0, 1, 0)
    assert found.changed == pytest.approx(1 / 16, rel=0.1)
    assert found.colour_shift > 1


def test_a_feathered_border_belongs_to_the_region_and_what_lies_further_out_does_not(
    coffee: Pixels, tmp_path: Path
) -> None:
    wide = paint(coffee, (BOX[0] - 0.01, BOX[1] - 0.01, BOX[2] + 0.01, BOX[3] + 0.01), RED)
    elsewhere = paint(paint(coffee, BOX, RED), (0.7, 0.7, 0.9, 0.9), RED)
    assert measure(tmp_path, coffee, wide, BOX).changed_outside == 0
    spilt = measure(tmp_path, coffee, elsewhere, BOX)
    assert spilt.changed_outside == pytest.approx(0.04 / (1 - 0.31 * 0.34), rel=0.2)
    assert measure(tmp_path, coffee, elsewhere, BOX, (0.7, 0.7, 0.9, 0.9)).changed_outside == 0


def test_another_photograph_keeps_no_structure_and_a_night_does(coffee: Pixels, tmp_path: Path) -> None:
    height, width = coffee.shape[:2]
    astronaut = np.asarray(skimage.data.astronaut())  # type: ignore[no-untyped-call]
    other = cv2.resize(astronaut, (width, height), interpolation=cv2.INTER_AREA)
    night = np.rint((coffee / 255.0) ** 1.6 * (90, 100, 150)).astype(np.uint8)
    repainted = measure(tmp_path, coffee, other.astype(np.uint8), BOX)
    darker = measure(tmp_path, coffee, night)
    assert repainted.structure < 0.15
    assert repainted.hash_distance > 16
    assert repainted.ssim_outside is not None
    assert repainted.ssim_outside < 0.5
    assert darker.structure > 0.8
    assert darker.changed > 0.9
    assert darker.colour_shift > 15


@pytest.mark.parametrize("regions", [(), ((0.0, 0.0, 1.0, 1.0),), ((0.01, 0.0, 1.0, 0.99),)])
def test_without_an_outside_nothing_is_said_of_it(regions: tuple[Region, ...], tmp_path: Path) -> None:
    photo = make_photo(1)
    found = measure(tmp_path, photo, paint(photo, BOX, RED), *regions)
    assert (found.changed_inside, found.changed_outside) == (None, None)
    assert (found.ssim_outside, found.colour_shift_outside) == (None, None)
    assert found.changed > 0.05


@pytest.mark.parametrize("size", [(320, 240), (160, 120), (640, 480), (320, 200)])
def test_another_size_is_noted_and_compared_at_the_smaller_one(size: tuple[int, int], tmp_path: Path) -> None:
    photo = make_photo(1)
    after = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    found = measure(tmp_path, photo, after)
    assert found.same_size == (size == (320, 240))
    assert found.changed < 0.01
    assert found.ssim > 0.97, "at the larger size the grain would be missing in one of them"
    assert found.hash_distance <= 4


def test_flat_images_have_a_structure_too(tmp_path: Path) -> None:
    flat, photo = np.full((60, 80, 3), 90, np.uint8), make_photo(1, 60, 80)
    assert measure(tmp_path, flat, flat + np.uint8(40)).structure == 1
    assert measure(tmp_path, photo, flat).structure == 0


def test_the_smallest_image_can_be_measured(tmp_path: Path) -> None:
    photo = make_photo(1, 12, 16)
    assert measure(tmp_path, photo, photo, BOX).ssim == 1


def test_figures_are_the_same_each_time_and_have_five_digits(coffee: Pixels, tmp_path: Path) -> None:
    after = compress(paint(coffee, BOX, RED), 60)
    first, again = (measure(tmp_path, coffee, after, BOX) for _ in range(2))
    assert first == again
    for value in first.model_dump().values():
        assert not isinstance(value, float) or round(value, 5) == value


def test_a_photograph_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("no image")
    with pytest.raises(SourceError, match=r"x\.png cannot be decoded"):
        PixelMeter().measure(MeasuringJob(tmp_path / "x.png", make_photo(1), ()))
