"""TIFF and PNG files are read on the scale that is named, and refused where it cannot be right."""

import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydantic import ValidationError

from irloom.errors import ThermalFileError
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from support.thermal_files import make_png, write, write_values

CELSIUS = np.linspace(-20, 80, 40 * 30).reshape(30, 40)


@pytest.mark.parametrize("name", ["a.tiff", "a.png"])
@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ((CELSIUS + 273.15) * 100, {"scale": 0.01, "unit": "K"}),
        ((CELSIUS + 273.15) * 10, {"scale": 0.1, "unit": "K"}),
        ((CELSIUS + 20) / 0.04, {"scale": 0.04, "offset": -20, "unit": "C"}),
    ],
)
def test_counts_of_16_bits_are_read_by_scale_offset_and_unit(
    tmp_path: Path, name: str, stored: NDArray[np.float64], said: dict[str, object]
) -> None:
    path = write_values(tmp_path / name, np.rint(stored).astype(np.uint16))
    found = read_thermogram(path, ThermalSettings.model_validate(said))
    np.testing.assert_allclose(found.celsius, CELSIUS, atol=0.06)
    assert found.kelvin.dtype == np.float32
    assert found.form == "stored"
    assert {name: found.camera[name] for name in said} == said
    assert found.camera["stored"] == "uint16"


def test_floats_need_their_unit_alone(tmp_path: Path) -> None:
    path = write_values(tmp_path / "a.tiff", CELSIUS.astype(np.float32))
    np.testing.assert_allclose(read_thermogram(path, ThermalSettings(unit="C")).celsius, CELSIUS, atol=1e-4)
    with pytest.raises(ThermalFileError, match=r"give --temperature-unit, or unit under .*; among .* 1 C"):
        read_thermogram(path, ThermalSettings())


def test_signed_counts_are_read(tmp_path: Path) -> None:
    path = write_values(tmp_path / "a.tiff", np.rint(CELSIUS * 10).astype(np.int32))
    found = read_thermogram(path, ThermalSettings(scale=0.1, unit="C"))
    np.testing.assert_allclose(found.celsius, CELSIUS, atol=0.06)


def test_an_unknown_scale_is_asked_for_with_those_that_could_be(tmp_path: Path) -> None:
    path = write_values(tmp_path / "a.tiff", np.full((4, 4), 30_000, np.uint16))
    with pytest.raises(ThermalFileError) as caught:
        read_thermogram(path, ThermalSettings())
    assert "from 30000 to 30000" in str(caught.value)
    assert "--temperature-scale and --temperature-unit" in str(caught.value)
    assert "0.01 K (26.9 to 26.9 °C)" in str(caught.value)


@pytest.mark.parametrize("said", [{"scale": 0.001, "unit": "K"}, {"scale": 1, "unit": "C"}])
def test_a_scale_that_makes_nonsense_is_refused(tmp_path: Path, said: dict[str, object]) -> None:
    path = write_values(tmp_path / "a.tiff", np.full((4, 4), 30_000, np.uint16))
    with pytest.raises(
        ThermalFileError, match=r"outside of -60 to 600 °C, at .* the scale or the unit is wrong"
    ):
        read_thermogram(path, ThermalSettings.model_validate(said))


def test_one_pixel_out_of_range_is_enough_unless_it_is_said_to_be_missing(tmp_path: Path) -> None:
    counts = np.full((4, 4), 30_000, np.uint16)
    counts[1, 2] = 0
    path = write_values(tmp_path / "a.tiff", counts)
    with pytest.raises(ThermalFileError, match=r"from -273\.1 to 26\.9|from -273\.2 to 26\.9"):
        read_thermogram(path, ThermalSettings(scale=0.01, unit="K"))
    found = read_thermogram(path, ThermalSettings(scale=0.01, unit="K", no_data=0))
    assert np.argwhere(np.isnan(found.kelvin)).tolist() == [[1, 2]]


def test_what_is_believed_can_be_widened(tmp_path: Path) -> None:
    path = write_values(tmp_path / "a.tiff", np.full((4, 4), 1_200.0, np.float32))
    with pytest.raises(ThermalFileError, match="widen --coldest and --hottest"):
        read_thermogram(path, ThermalSettings(unit="C"))
    assert read_thermogram(path, ThermalSettings(unit="C", hottest_c=2_000)).celsius.max() == 1_200


def test_a_file_without_any_number_is_refused(tmp_path: Path) -> None:
    path = write_values(tmp_path / "a.tiff", np.full((4, 4), np.nan, np.float32))
    with pytest.raises(ThermalFileError, match="16 of its 16 pixels have no temperature"):
        read_thermogram(path, ThermalSettings(unit="C"))


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_pictures_are_no_temperatures(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (8, 8)).save(tmp_path / "a.png")
    with pytest.raises(ThermalFileError, match="is a picture"):
        read_thermogram(tmp_path / "a.png", ThermalSettings(scale=0.01, unit="K"))


def test_what_was_measured_cannot_be_said_of_a_file_without_counts(tmp_path: Path) -> None:
    path = write_values(tmp_path / "a.tiff", CELSIUS.astype(np.float32))
    with pytest.raises(ThermalFileError, match="emissivity, distance_m cannot be applied"):
        read_thermogram(path, ThermalSettings(unit="C", emissivity=0.9, distance_m=2))


def test_of_several_images_one_has_to_be_named(tmp_path: Path) -> None:
    first, second = (Image.fromarray(np.full((4, 4), value, np.float32)) for value in (20.0, 30.0))
    path = tmp_path / "a.tiff"
    first.save(path, save_all=True, append_images=[second])
    with pytest.raises(ThermalFileError, match="holds 2 images: say which"):
        read_thermogram(path, ThermalSettings(unit="C"))
    found = read_thermogram(path, ThermalSettings(unit="C", frame=1))
    assert found.celsius.mean() == pytest.approx(30, abs=1e-4)
    assert (found.camera["frame"], found.camera["frames"]) == (1, 2)
    with pytest.raises(ThermalFileError, match="no number 2"):
        read_thermogram(path, ThermalSettings(unit="C", frame=2))


def test_broken_and_enormous_files_are_refused(tmp_path: Path) -> None:
    settings = ThermalSettings(scale=0.01, unit="K")
    whole = write_values(tmp_path / "a.tiff", np.full((60, 80), 30_000, np.uint16)).read_bytes()
    for length in (5, 20, 2_000, len(whole) - 1_000):
        with pytest.raises(
            ThermalFileError, match=r"cannot be decoded|is damaged, cut off, or of a kind that is not read"
        ):
            read_thermogram(write(tmp_path / "b.tiff", whole[:length]), settings)
    Image.new("1", (30_000, 1_000)).save(tmp_path / "c.png")
    with pytest.raises(ThermalFileError, match=r"30000 x 1000 pixels; 1 to 25,000,000 are read"):
        read_thermogram(tmp_path / "c.png", settings)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"emissivity": 0}, "greater than 0"),
        ({"emissivity": 1.2}, "less than or equal to 1"),
        ({"humidity": 60}, "less than or equal to 1"),
        ({"coldest_c": 50, "hottest_c": 40}, "not below"),
        ({"scale": 0}, "greater than 0"),
        ({"converter": ["tool", "{source}"]}, r"lacks \{out\}"),
        ({"converter": ["tool", "{source}", "{out}", "{colour}"]}, "do not exist: colour"),
        ({"converter": ["tool", "{source.parent}", "{out}"]}, "do not exist"),
        ({"converter": ["tool", "{source}", "{out}", "-e", "{emissivity}"]}, "asks for emissivity"),
        ({"converter": ["tool", "{source}", "{out"]}, "expected"),
    ],
)
def test_settings_that_cannot_be_are_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ThermalSettings.model_validate(said)


def test_a_png_that_ends_in_good_order_before_its_last_row_is_refused(tmp_path: Path) -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in np.full((40, 80), 300, ">u2"))
    path = write(tmp_path / "a.png", make_png(80, 60, zlib.compress(rows)))
    with pytest.raises(ThermalFileError, match="the file was cut"):
        read_thermogram(path, ThermalSettings(scale=0.1, unit="C"))


def test_a_number_beyond_all_floats_is_refused_without_a_warning(tmp_path: Path) -> None:
    values = np.full((4, 4), 20, np.float32)
    values[1, 1] = 3e38
    path = write_values(tmp_path / "a.tiff", values)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ThermalFileError, match="outside of -60 to 600"):
            read_thermogram(path, ThermalSettings(scale=10, unit="C"))


@pytest.mark.parametrize("name", ["scale", "offset", "coldest_c", "hottest_c"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_setting_that_is_no_finite_number_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        ThermalSettings.model_validate({name: value})
