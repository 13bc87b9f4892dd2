"""Compares irloom's reading of FLIR files with flyr's and ExifTool's (docs/checks/thermal.md).

Made files are written first, so that the comparison needs no camera: `python -m thermal.agreement [FILE…]`.
"""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.thermal.files import read_thermogram
from irloom.thermal.settings import ThermalSettings
from irloom.thermal.thermogram import Thermogram
from support.thermal_files import Body, make_rjpeg, write

_SCENE = {
    **{"Emissivity": "emissivity", "ObjectDistance": "distance_m", "AtmosphericTemperature": "air_c"},
    **{"ReflectedApparentTemperature": "reflected_c", "IRWindowTemperature": "window_c"},
    **{"IRWindowTransmission": "window_transmission", "RelativeHumidity": "humidity"},
}
_CALIBRATION = {
    **{"PlanckR1": "r1", "PlanckB": "b", "PlanckF": "f", "PlanckO": "o", "PlanckR2": "r2"},
    **{"AtmosphericTransAlpha1": "alpha_1", "AtmosphericTransAlpha2": "alpha_2"},
    **{"AtmosphericTransBeta1": "beta_1", "AtmosphericTransBeta2": "beta_2", "AtmosphericTransX": "x"},
}
_BODIES: tuple[Body, ...] = ("plain", "png", "big", "tiff")
_FAR = {"distance_m": 50.0, "air_k": 283.15, "reflected_k": 283.15, "humidity": 0.6, "emissivity": 0.8}
_WINDOW = {"window_transmission": 0.9, "window_k": 303.15}


def main(files: list[str]) -> None:
    """A line a file: how far the numbers of the others are from ours."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (*map(Path, files), *make_files(Path(folder))):
            ours = read_thermogram(path, ThermalSettings())
            said, counts = ask_exiftool(path)
            ends = [int(counts.min()), int(counts.max())] == ours.camera["counts"]
            off = compare_fields(said, ours)
            fields = f"ExifTool's fields {off:.1e}, its counts {'equal' if ends else 'DIFFER'}"
            sys.stdout.write(f"{path.name}: {fields}; flyr {ask_flyr(path, ours)}\n")


def make_files(folder: Path) -> Iterator[Path]:
    """One file of each body, and two with other surroundings."""
    for body in _BODIES:
        yield write(folder / f"{body}.jpg", make_rjpeg(body=body))
    yield write(folder / "far.jpg", make_rjpeg(camera=_FAR))
    yield write(folder / "window.jpg", make_rjpeg(camera=_WINDOW))


def ask_exiftool(path: Path) -> tuple[dict[str, Any], NDArray[np.uint16]]:
    """Its fields, and the raw image as it takes it out."""
    (said,) = json.loads(subprocess.check_output(["exiftool", "-q", "-q", "-j", "-n", path]))
    raw = subprocess.check_output(["exiftool", "-q", "-q", "-b", "-RawThermalImage", path])
    if said["RawThermalImageType"] == "DAT":
        return said, np.frombuffer(raw, dtype=">u2").astype(np.uint16)
    counts = np.asarray(Image.open(io.BytesIO(raw))).astype(np.uint16)
    return said, counts.byteswap() if said["RawThermalImageType"] == "PNG" else counts


def compare_fields(said: dict[str, Any], ours: Thermogram) -> float:
    """The largest difference of a field, relative where it is larger than 1."""
    pairs = [(said[name], ours.camera[own]) for name, own in _SCENE.items()]
    pairs += [(said[name], ours.camera["calibration"][own]) for name, own in _CALIBRATION.items()]
    numbers = [(float(str(theirs).split()[0]), own) for theirs, own in pairs]  # some with their unit
    return max(abs(theirs - float(own)) / max(1.0, abs(theirs)) for theirs, own in numbers)


def ask_flyr(path: Path, ours: Thermogram) -> str:
    """The largest difference in kelvin, or that it cannot read the file."""
    import flyr

    try:
        with np.errstate(all="ignore"):
            off = float(np.abs(flyr.unpack(str(path)).kelvin - ours.kelvin).max())
    except Exception as error:
        return f"cannot read it ({type(error).__name__})"
    return f"{off:.1e} K" if np.isfinite(off) else "cannot read it (no finite temperature)"


if __name__ == "__main__":
    main(sys.argv[1:])
