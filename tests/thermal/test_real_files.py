"""Real files of cameras, where a checkout has them beside it: they are no part of the product."""

import os
from pathlib import Path

import numpy as np
import pytest

from irloom.errors import ThermalFileError
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings

FOLDER = Path(os.environ.get("IRLOOM_THERMAL_FILES", "no-folder-is-named"))
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="IRLOOM_THERMAL_FILES names no folder with real thermal files"
)


def test_a_flir_duo_r_gives_the_temperatures_that_exiftools_values_give() -> None:
    celsius = read_thermogram(FOLDER / "flir-duo-r.jpg", ThermalSettings()).celsius
    assert celsius.shape == (120, 160)
    found = [celsius.min(), celsius.max(), celsius.mean(), celsius[0, 0], celsius[60, 80]]
    np.testing.assert_allclose(found, [10.208, 35.465, 18.832, 18.864, 25.161], atol=0.001)


def test_a_file_whose_raw_image_was_replaced_by_a_small_one_is_refused() -> None:
    with pytest.raises(ThermalFileError, match=r"8 x 8 .* declares 120 x 120"):
        read_thermogram(FOLDER / "flir-raw-too-small.jpg", ThermalSettings())


def test_counts_are_refused_at_the_wrong_scale_and_read_at_the_right_one() -> None:
    with pytest.raises(ThermalFileError, match=r"-205\.7 to -202\.4 °C"):
        read_thermogram(FOLDER / "flir-16bit.tiff", ThermalSettings(scale=0.01, unit="K"))
    celsius = read_thermogram(FOLDER / "flir-16bit.tiff", ThermalSettings(scale=0.04, unit="K")).celsius
    assert celsius.shape == (512, 640)
    np.testing.assert_allclose([celsius.min(), celsius.max()], [-3.43, 9.93], atol=0.001)
