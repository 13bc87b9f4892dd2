"""Temperatures that were written for other programs are those that were read."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from irloom.thermal.facts import describe, tell
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import TemperatureUnit, ThermalSettings
from irloom.thermal.tables import encode_csv, encode_tiff
from irloom.thermal.thermogram import Thermogram
from support.thermal_files import make_rjpeg, write

UNITS: tuple[TemperatureUnit, ...] = ("K", "C")
KELVIN = np.linspace(263.15, 323.15, 12).reshape(3, 4).astype(np.float32)
KELVIN[1, 2] = np.nan
MADE = Thermogram(kelvin=KELVIN, form="made", camera={"model": "X", "scale": 0.01, "unit": "K"})


@pytest.mark.parametrize("unit", UNITS)
def test_a_tiff_is_read_back_without_any_option(tmp_path: Path, unit: TemperatureUnit) -> None:
    path = write(tmp_path / "a.tiff", encode_tiff(MADE, unit))
    found = read_thermogram(path, ThermalSettings())
    np.testing.assert_allclose(found.kelvin, KELVIN, atol=1e-4)
    assert found.camera["unit"] == unit
    assert encode_tiff(MADE, unit) == path.read_bytes()


def test_what_the_user_says_of_a_tiff_wins_over_what_it_says(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tiff", encode_tiff(MADE, "K"))
    found = read_thermogram(path, ThermalSettings(unit="C"))
    np.testing.assert_allclose(found.celsius, KELVIN, atol=1e-3)
    assert "written_unit" not in found.camera


@pytest.mark.parametrize("unit", UNITS)
def test_a_table_has_a_line_for_each_row_of_pixels(unit: TemperatureUnit) -> None:
    rows = list(csv.reader(io.StringIO(encode_csv(MADE, unit).decode())))
    values = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])
    np.testing.assert_allclose(values, KELVIN - (273.15 if unit == "C" else 0), atol=6e-4)
    assert rows[1][2] == ""


def test_facts_leave_out_pixels_without_a_temperature() -> None:
    said = describe(MADE)
    assert (said["width"], said["height"], said["missing"]) == (4, 3, 1)
    known = KELVIN[np.isfinite(KELVIN)] - 273.15
    assert said["celsius"] == pytest.approx(
        {"min": -10.0, "max": 50.0, "mean": known.mean(), "median": np.median(known)}, abs=1e-3
    )
    line = "4 x 3; -10.0 to 50.0 °C, mean 19.8 °C; X, 0.01 K a count; 1 pixels without a temperature"
    assert tell(MADE) == line


def test_a_camera_is_told_with_what_decides_its_temperatures(tmp_path: Path) -> None:
    found = read_thermogram(write(tmp_path / "a.jpg", make_rjpeg()), ThermalSettings())
    assert tell(found) == "80 x 60; -12.0 to 44.0 °C, mean 18.9 °C; Testcam 1, emissivity 0.95 at 1 m"
