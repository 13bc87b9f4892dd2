"""Has a program of the user turn a file into temperatures, for forms that only their makers can read."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.errors import ThermalFileError
from irloom.pictures import open_picture
from irloom.thermal.limits import check_file, check_size
from irloom.thermal.settings import MEASURED, ThermalSettings, list_slots
from irloom.thermal.stored_values import read_stored_values, scale_values
from irloom.thermal.thermogram import Thermogram

TIMEOUT_S = 120.0
_SAID_BYTES = 2_000
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
"""Of the environment: the program has no use for keys."""
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def convert(path: Path, settings: ThermalSettings) -> Thermogram:
    """Temperatures that the program wrote: a TIFF, or bare little-endian float32 of the picture's size.

    Raises ThermalFileError where a setting cannot reach the program, where it fails, takes longer than
    two minutes, or writes something else.
    """
    _refuse_unused(path, settings)
    with tempfile.TemporaryDirectory(prefix="irloom-thermal-") as folder:
        out = Path(folder) / "temperatures"
        _run(path, _fill(path, out, settings), Path(folder))
        if not out.exists():
            raise ThermalFileError(f"{path}: the converter ended well and wrote no file: see its {{out}}")
        # What was measured is in the program's hands; the scale of its numbers is in ours.
        plain = settings.model_copy(update=dict.fromkeys(MEASURED))
        found = _read(path, out, plain)
    about = {**found.camera, "replaced": sorted(settings.given()), **settings.given()}
    return Thermogram(kelvin=found.kelvin, form="converted", camera=about)


def _refuse_unused(path: Path, settings: ThermalSettings) -> None:
    slots = list_slots(settings.converter)
    told = slots | ({"humidity"} if "humidity_percent" in slots else set())
    if unused := sorted(settings.given().keys() - told):
        raise ThermalFileError(
            f"{path}: {', '.join(unused)} is set, and the converter has no slot for it: add "
            f"{{{unused[0]}}} where the program takes it, or leave the option out"
        )


def _fill(path: Path, out: Path, settings: ThermalSettings) -> list[str]:
    values = {
        name: f"{value:.12g}" for name, value in settings.fill_values().items() if value is not None
    } | {
        "source": str(path.absolute()),
        "out": str(out),
    }
    return [word.format_map(values) for word in settings.converter]


def _run(path: Path, command: list[str], folder: Path) -> None:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    said = folder / "said"
    with said.open("w+b") as output:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise ThermalFileError(
                f"{path}: the converter {command[0]} cannot be started: {error}"
            ) from error
        code = _wait(process)
    if code != 0:
        why = f"took longer than {TIMEOUT_S:g} s" if code is None else f"ended with exit code {code}"
        raise ThermalFileError(f"{path}: the converter {command[0]} {why}: {_read_end(said)}")


def _wait(process: "subprocess.Popen[bytes]") -> int | None:
    """The exit code; None where time ran out. Whatever the program started ends with it."""
    try:
        return process.wait(TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read_end(said: Path) -> str:
    with said.open("rb") as file:
        file.seek(max(0, said.stat().st_size - _SAID_BYTES))
        return " ".join(file.read(_SAID_BYTES).decode("utf-8", "replace").split()) or "it said nothing"


def _read(path: Path, out: Path, settings: ThermalSettings) -> Thermogram:
    try:
        check_file(out)
        with out.open("rb") as file:
            start = file.read(4)
        if start in _TIFF:
            return read_stored_values(out, settings)
    except ThermalFileError as error:
        raise ThermalFileError(f"{path}: what the converter wrote cannot be used: {error}") from error
    return scale_values(path, _read_floats(path, out), "converted", {}, settings)


def _read_floats(path: Path, out: Path) -> NDArray[np.float32]:
    """Bare numbers, which have the size of the picture that they belong to."""
    try:
        with open_picture(path) as picture:
            width, height = picture.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ThermalFileError(
            f"{path}: the converter wrote no TIFF, and the file is no picture whose size its numbers could "
            "have: have it write a TIFF"
        ) from error
    check_size(path, width, height)
    if out.stat().st_size != width * height * 4:
        raise ThermalFileError(
            f"{path}: the converter wrote {out.stat().st_size:,} bytes, which are neither a TIFF nor "
            f"{width} x {height} float32 ({width * height * 4:,} bytes): see its options"
        )
    return np.fromfile(out, dtype="<f4").reshape(height, width)
