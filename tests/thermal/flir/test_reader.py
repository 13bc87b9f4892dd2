"""FLIR files give the temperatures that two independent programs agree on."""

from pathlib import Path

import numpy as np
import pytest

from irloom.errors import ThermalFileError
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from support.thermal_files import (
    Body,
    make_block,
    make_camera_record,
    make_counts,
    make_raw_record,
    make_rjpeg,
    wrap_block,
    write,
)

COUNTS = np.array([[13_000, 14_000, 15_000, 16_000, 18_000, 20_000, 22_000, 17_000]], dtype=np.uint16)
GOLDEN: tuple[tuple[dict[str, float], dict[str, float], list[float]], ...] = (
    ({}, {}, [-11.994, -3.584, 3.971, 10.874, 23.216, 34.129, 44.001, 17.257]),
    (
        {"emissivity": 0.8},
        {"emissivity": 0.8},
        [-19.895, -8.914, 0.589, 9.050, 23.807, 36.571, 47.956, 16.733],
    ),
    (
        {"distance_m": 50, "air_k": 283.15, "reflected_k": 283.15, "humidity": 0.6},
        {"distance_m": 50, "air_c": 10, "reflected_c": 10, "humidity": 0.6},
        [-12.210, -3.427, 4.430, 11.584, 24.339, 35.586, 45.741, 18.186],
    ),
    (
        {"window_transmission": 0.9, "window_k": 303.15},
        {"window_transmission": 0.9, "window_c": 30},
        [-18.573, -8.434, 0.438, 8.395, 22.367, 34.520, 45.398, 15.656],
    ),
)
"""What the camera writes, settings that say the same, and °C as flyr and ThermImage's formula have them."""
BODIES: tuple[Body, ...] = ("plain", "big", "png", "tiff")
PLAIN = ThermalSettings()


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(("camera", "_settings", "celsius"), GOLDEN)
def test_the_cameras_own_words_give_the_golden_temperatures(
    tmp_path: Path, body: Body, camera: dict[str, float], _settings: object, celsius: list[float]
) -> None:
    path = write(tmp_path / "a.jpg", make_rjpeg(COUNTS, body, camera))
    found = read_thermogram(path, PLAIN)
    assert found.form == "flir-rjpeg"
    assert found.kelvin.dtype == np.float32
    assert np.round(found.celsius.astype(float), 3).tolist() == [celsius]


@pytest.mark.parametrize(("_camera", "settings", "celsius"), GOLDEN)
def test_settings_take_the_place_of_what_the_camera_wrote(
    tmp_path: Path, _camera: object, settings: dict[str, float], celsius: list[float]
) -> None:
    found = read_thermogram(
        write(tmp_path / "a.jpg", make_rjpeg(COUNTS)), ThermalSettings.model_validate(settings)
    )
    assert np.round(found.celsius.astype(float), 3).tolist() == [celsius]
    assert found.camera["replaced"] == sorted(settings)
    assert {name: found.camera[name] for name in settings} == pytest.approx(settings, abs=1e-4)


def test_the_file_says_what_camera_took_it_and_when(tmp_path: Path) -> None:
    found = read_thermogram(write(tmp_path / "a.jpg", make_rjpeg()), PLAIN)
    assert found.kelvin.shape == (60, 80)
    assert found.camera["model"] == "Testcam 1"
    assert found.camera["serial_number"] == "0042"
    assert found.camera["taken"] == "2023-11-14T23:13:20.250+01:00"
    assert found.camera["counts"] == [13_000, 22_000]
    assert found.camera["reflected_c"] == 20.0
    assert found.camera["calibration"]["o"] == -7340


def test_a_big_camera_record_a_little_block_and_humidity_in_per_cent_are_read_alike(tmp_path: Path) -> None:
    records = [(1, make_raw_record(COUNTS, "big")), (32, make_camera_record({"humidity": 50}, ">"))]
    path = write(tmp_path / "a.fff", make_block(records, "<"))
    found = read_thermogram(path, PLAIN)
    assert found.form == "flir-fff"
    assert np.round(found.celsius.astype(float), 3).tolist() == [GOLDEN[0][2]]


def test_a_block_in_many_segments_is_joined_by_their_numbers(tmp_path: Path) -> None:
    block = make_block([(1, make_raw_record(make_counts())), (32, make_camera_record())])
    whole = read_thermogram(write(tmp_path / "a.jpg", wrap_block(block)), PLAIN)
    parted = read_thermogram(write(tmp_path / "b.jpg", wrap_block(block, 100)), PLAIN)
    np.testing.assert_array_equal(whole.kelvin, parted.kelvin)


def test_pixels_that_no_temperature_explains_are_missing_not_wrong(tmp_path: Path) -> None:
    counts = make_counts()
    counts[0, :5] = 0
    found = read_thermogram(write(tmp_path / "a.jpg", make_rjpeg(counts)), PLAIN)
    assert np.isnan(found.kelvin).sum() == 5
    assert np.isnan(found.kelvin[0, :5]).all()


def test_one_flame_in_a_calibrated_picture_is_believed_but_no_picture_of_flames(tmp_path: Path) -> None:
    hot = make_counts()
    hot[0, 0] = 65_535
    cool = ThermalSettings(hottest_c=60)
    assert read_thermogram(write(tmp_path / "a.jpg", make_rjpeg(hot)), cool).celsius.max() > 100
    with pytest.raises(ThermalFileError, match=r"median at \d+\.\d °C, outside of -60 to 10 °C"):
        read_thermogram(tmp_path / "a.jpg", ThermalSettings(hottest_c=10))
