"""Temperatures lie as people see the picture, whichever way the camera was held."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from irloom.sources.location import read_size
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from support.thermal_files import (
    make_block,
    make_camera_record,
    make_counts,
    make_raw_record,
    wrap_block,
    write,
)
from support.turning import make_exif, make_turned_jpeg

ORIENTATIONS = range(1, 9)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_radiometric_jpeg_is_turned_as_viewers_turn_its_picture(tmp_path: Path, orientation: int) -> None:
    block = make_block([(1, make_raw_record(make_counts())), (32, make_camera_record())])
    picture = make_turned_jpeg(Image.linear_gradient("L").resize((80, 60)), orientation)
    path = write(tmp_path / "a.jpg", wrap_block(block, picture=picture))
    plain = read_thermogram(write(tmp_path / "b.jpg", wrap_block(block)), ThermalSettings())
    found = read_thermogram(path, ThermalSettings())
    stored = Image.fromarray(plain.kelvin)
    stored.getexif()[0x0112] = orientation
    np.testing.assert_array_equal(found.kelvin, np.asarray(ImageOps.exif_transpose(stored)))
    assert found.kelvin.shape[::-1] == read_size(path)
    assert found.camera.get("turned_from_orientation", 1) == orientation


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_stored_values_are_turned_once(tmp_path: Path, suffix: str, orientation: int) -> None:
    values = np.arange(12, dtype=np.uint16).reshape(3, 4) + 2900
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(values).save(path, exif=make_exif(orientation))
    found = read_thermogram(path, ThermalSettings(scale=0.1, unit="K"))
    seen = Image.fromarray(values)
    seen.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(seen)) / 10
    np.testing.assert_allclose(found.kelvin, expected, rtol=1e-5)
    assert read_size(path) == expected.shape[::-1]
