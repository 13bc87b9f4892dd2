"""A program of the user turns files that irloom cannot read into temperatures; its mistakes are messages."""

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from irloom.errors import ThermalFileError
from irloom.thermal import converter
from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from irloom.thermal.tables import encode_tiff
from irloom.thermal.thermogram import Thermogram
from support.thermal_files import make_jpeg, write

CELSIUS = np.linspace(5, 45, 80 * 60).reshape(60, 80).astype(np.float32)
COPY = "import shutil, sys; shutil.copy(sys.argv[1] + '.out', sys.argv[2])"
"""Stands for the program: what it writes lies beside the picture."""


def prepare(
    folder: Path, wrote: bytes, script: str = COPY, *more: str, **said: object
) -> tuple[Path, ThermalSettings]:
    path = write(folder / "DJI 0001.jpg", make_jpeg())
    write(folder / "DJI 0001.jpg.out", wrote)
    command = [sys.executable, "-c", script, "{source}", "{out}", *more]
    return path, ThermalSettings.model_validate({"converter": command, "unit": "C", **said})


def test_bare_floats_have_the_size_of_the_picture(tmp_path: Path) -> None:
    path, settings = prepare(tmp_path, CELSIUS.astype("<f4").tobytes())
    found = read_thermogram(path, settings)
    np.testing.assert_allclose(found.celsius, CELSIUS, atol=1e-4)
    assert found.form == "converted"


def test_a_tiff_is_read_as_any_other(tmp_path: Path) -> None:
    tiff = encode_tiff(Thermogram(kelvin=CELSIUS + np.float32(273.15), form="made"), "K")
    path, settings = prepare(tmp_path, tiff, unit=None)
    np.testing.assert_allclose(read_thermogram(path, settings).celsius, CELSIUS, atol=1e-3)


def test_what_is_said_of_the_scene_reaches_the_program_and_the_row(tmp_path: Path) -> None:
    script = COPY + "; open(sys.argv[1] + '.said', 'w').write(' '.join(sys.argv[3:]))"
    more = ("-e={emissivity}", "-h={humidity_percent}")
    path, settings = prepare(tmp_path, CELSIUS.tobytes(), script, *more, emissivity=0.9, humidity=0.65)
    found = read_thermogram(path, settings)
    assert (tmp_path / "DJI 0001.jpg.said").read_text() == "-e=0.9 -h=65"
    assert (found.camera["emissivity"], found.camera["replaced"]) == (0.9, ["emissivity", "humidity"])


def test_what_cannot_reach_the_program_is_refused(tmp_path: Path) -> None:
    path, settings = prepare(tmp_path, CELSIUS.tobytes(), emissivity=0.9)
    with pytest.raises(ThermalFileError, match="emissivity is set, and the converter has no slot"):
        read_thermogram(path, settings)


def test_no_shell_reads_a_file_name(tmp_path: Path) -> None:
    path, settings = prepare(tmp_path, CELSIUS.tobytes())
    odd = path.rename(tmp_path / "a $(touch x); `touch y` {out}.jpg")
    (tmp_path / "DJI 0001.jpg.out").rename(f"{odd}.out")
    assert read_thermogram(odd, settings).kelvin.shape == (60, 80)
    assert len(list(tmp_path.iterdir())) == 2


def test_keys_of_the_environment_stay_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sesame")
    script = "import os, sys; print(sorted(os.environ)); sys.exit(1)"
    path, settings = prepare(tmp_path, b"", script)
    with pytest.raises(ThermalFileError, match="PATH") as caught:
        read_thermogram(path, settings)
    assert "API_KEY" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrote", "script", "why"),
    [
        (b"", "import sys; sys.stderr.write('no such sensor'); sys.exit(3)", "exit code 3: no such sensor"),
        (b"", "pass", "wrote no file"),
        (b"", COPY, "is empty"),
        (CELSIUS.tobytes()[:-4], COPY, r"19,196 bytes, which are neither a TIFF nor 80 x 60 float32"),
        (b"II*\0broken", COPY, "what the converter wrote cannot be used"),
        ((CELSIUS * 1_000).tobytes(), COPY, "outside of -60 to 600"),
    ],
)
def test_a_program_that_fails_or_writes_something_else_is_told(
    tmp_path: Path, wrote: bytes, script: str, why: str
) -> None:
    path, settings = prepare(tmp_path, wrote, script)
    with pytest.raises(ThermalFileError, match=why) as caught:
        read_thermogram(path, settings)
    assert str(path) in str(caught.value)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    path, settings = prepare(tmp_path, b"")
    missing = settings.model_copy(update={"converter": ("no-such-tool", "{source}", "{out}")})
    with pytest.raises(ThermalFileError, match="no-such-tool cannot be started"):
        read_thermogram(path, missing)


def test_a_program_that_never_ends_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converter, "TIMEOUT_S", 1.5)
    path = write(tmp_path / "DJI 0001.jpg", make_jpeg())
    script = 'sleep 600 & echo $! > "$1.pid"; sleep 600'
    settings = ThermalSettings(converter=("sh", "-c", script, "sh", "{source}", "{out}"))
    with pytest.raises(ThermalFileError, match=r"took longer than 1\.5 s"):
        read_thermogram(path, settings)
    assert ends(int((tmp_path / "DJI 0001.jpg.pid").read_text()))


def ends(pid: int) -> bool:
    """Whether a process is gone, or a zombie that nobody here can wait for, before long."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{pid}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False
