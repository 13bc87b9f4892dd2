"""`irloom thermal` shows files of thermal cameras, and converts them without losing any."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from irloom.cli.main import main
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from support.thermal_files import make_counts, make_jpeg, make_rjpeg, write, write_values

LINE = "80 x 60; -12.0 to 44.0 °C, mean 18.9 °C; Testcam 1, emissivity 0.95 at 1 m"


@pytest.fixture
def flir(tmp_path: Path) -> Path:
    return write(tmp_path / "a.jpg", make_rjpeg())


def test_a_file_is_a_line(flir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["thermal", str(flir)]) == 0
    assert capsys.readouterr().out == f"{flir}: {LINE}\n"
    assert [path.name for path in flir.parent.iterdir()] == ["a.jpg"]


def test_options_change_how_it_is_read(flir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = [
        "--emissivity",
        "0.8",
        "--distance",
        "20",
        "--air",
        "-5",
        "--reflected",
        "-30",
        "--humidity",
        "0.9",
    ]
    assert main(["thermal", str(flir), *options]) == 0
    assert "emissivity 0.8 at 20 m" in (line := capsys.readouterr().out)
    assert "-12.0 to 44.0" not in line


def test_counts_are_read_on_the_scale_that_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(write_values(tmp_path / "a.tiff", np.full((4, 6), 30_015, np.uint16)))
    assert main(["thermal", path]) == 1
    assert "give --temperature-scale and --temperature-unit" in capsys.readouterr().err
    assert main(["thermal", path, "--temperature-scale", "0.01", "--temperature-unit", "K"]) == 0
    assert "6 x 4; 27.0 to 27.0 °C" in capsys.readouterr().out
    celsius = ["--temperature-scale", "0.01", "--temperature-offset", "-273.15", "--temperature-unit", "C"]
    assert main(["thermal", path, *celsius]) == 0
    assert "27.0 to 27.0 °C" in capsys.readouterr().out


def test_a_bad_file_is_a_line_and_the_others_go_on(
    flir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, gone = write(tmp_path / "b.jpg", make_jpeg()), tmp_path / "gone.jpg"
    assert main(["thermal", str(bad), str(gone), str(flir)]) == 1
    captured = capsys.readouterr()
    assert captured.out == f"{flir}: {LINE}\n"
    assert f"irloom: {bad} holds no temperatures" in captured.err
    assert f"irloom: {gone} cannot be reached" in captured.err
    assert "2 of 3 files could not be read" in captured.err


def test_everything_is_written_beside_each_other(
    flir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    kinds = [
        "--csv",
        "--tiff",
        "--picture",
        "--metadata",
        "--palette",
        "iron",
        "--bar",
        "right",
        "--enlarge",
        "2",
    ]
    assert main(["thermal", str(flir), *kinds, "--out", str(out)]) == 0
    names = {"a.celsius.csv", "a.celsius.tiff", "a.thermal.png", "a.thermal.json"}
    assert {path.name for path in out.iterdir()} == names
    found = read_thermogram(flir, ThermalSettings())
    np.testing.assert_allclose(np.loadtxt(out / "a.celsius.csv", delimiter=","), found.celsius, atol=6e-4)
    back = read_thermogram(out / "a.celsius.tiff", ThermalSettings())
    np.testing.assert_allclose(back.kelvin, found.kelvin, atol=1e-4)
    said = json.loads((out / "a.thermal.json").read_text("utf-8"))
    assert (said["file"], said["form"], said["camera"]["model"]) == ("a.jpg", "flir-rjpeg", "Testcam 1")
    assert (said["picture"]["palette"], said["picture"]["bar"]) == ("iron", "right")
    with Image.open(io.BytesIO((out / "a.thermal.png").read_bytes())) as picture:
        assert picture.height == 120
        assert picture.width > 160
    shown = capsys.readouterr().out
    assert f"  {out / 'a.thermal.png'}: iron, linear, -12.0 to 44.0 °C" in shown


def test_kelvin_is_written_on_request(flir: Path, tmp_path: Path) -> None:
    assert main(["thermal", str(flir), "--csv", "--kelvin", "--out", str(tmp_path / "out")]) == 0
    table = np.loadtxt(tmp_path / "out" / "a.kelvin.csv", delimiter=",")
    assert table.min() == pytest.approx(261.156, abs=1e-3)


def test_without_a_folder_files_go_where_you_are(
    flir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert main(["thermal", str(flir), "--metadata"]) == 0
    said = json.loads(Path("a.thermal.json").read_text("utf-8"))
    assert "picture" not in said


def test_nothing_is_replaced_unless_it_is_asked_for(
    flir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = write(tmp_path / "a.celsius.csv", b"mine")
    asked = ["thermal", str(flir), "--csv", "--tiff", "--out", str(tmp_path)]
    assert main(asked) == 2
    assert f"{there} is there already: give another --out, or --force" in capsys.readouterr().err
    assert there.read_bytes() == b"mine"
    assert not (tmp_path / "a.celsius.tiff").exists()
    assert main([*asked, "--force"]) == 0
    assert there.read_bytes().startswith(b"-11.9")


def test_two_files_of_one_name_do_not_end_in_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").mkdir()
    files = [str(write(tmp_path / name, make_rjpeg())) for name in ("a.jpg", "x/a.jpg")]
    assert main(["thermal", *files, "--csv", "--out", str(tmp_path / "out"), "--force"]) == 2
    assert "would both be written to" in capsys.readouterr().err


def test_a_file_that_is_read_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_values(tmp_path / "a.celsius.tiff", np.full((4, 6), 20.0, np.float32))
    other = write(tmp_path / "a.jpg", make_rjpeg())
    before = source.read_bytes()
    asked = ["thermal", str(other), str(source), "--tiff", "--out", str(tmp_path), "--force"]
    assert main([*asked, "--temperature-unit", "C"]) == 2
    assert "is one of the files to read" in capsys.readouterr().err
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--kelvin", "--picture"], "--kelvin is for --csv and --tiff"),
        (["--out", "x"], "--out and --force are for files to write"),
        (["--force"], "--out and --force are for files to write"),
        (["--csv", "--palette", "iron"], "add --picture"),
        (["--emissivity", "2"], "emissivity"),
        (["--picture", "--range-from", "9", "--stretch", "plateau"], "for the stretch linear"),
        (["--thermal-converter", "tool {source}"], "lacks {out}"),
    ],
)
def test_options_without_effect_or_sense_are_refused(
    flir: Path, options: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["thermal", str(flir), *options]) == 2
    assert why in capsys.readouterr().err


def test_a_bar_without_room_is_a_line_with_the_files_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.jpg", make_rjpeg(make_counts(16, 12)))
    out = tmp_path / "out"
    assert main(["thermal", str(path), "--picture", "--bar", "bottom", "--out", str(out)]) == 1
    assert f"irloom: {path}: a bar with 5 ticks needs" in capsys.readouterr().err
    assert not out.exists()
