"""The TIFF files of ThermEval-D: their temperatures, and how they are shown."""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.errors import ThermalFileError
from irloom.question_sets.builder import Picture
from irloom.thermal.files import read_thermogram
from irloom.thermal.picture_settings import PictureSettings, Side
from irloom.thermal.rendering import encode_png, render
from irloom.thermal.settings import ThermalSettings
from irloom.thermal.thermogram import Thermogram

_DEGREES = ThermalSettings(scale=1.0, unit="C")
_SUFFIXES = (".tiff", ".tif")
Matrix = NDArray[np.float32]


class Thermograms:
    """Finds the files by the names that labels have, which lack the ending."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read = lru_cache(maxsize=4)(self._load)
        self._measure = lru_cache(maxsize=16)(self._load_celsius)

    def list_names(self) -> list[str]:
        """Every file, by its name without the ending; none where there is no such folder."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path.stem for path in found if path.suffix.lower() in _SUFFIXES)

    def find(self, name: str) -> Matrix | None:
        """Temperatures in °C, rows x columns; None where the file is missing.

        Raises ThermalFileError for one that cannot be read.
        """
        return self._measure(name)

    def show(self, name: str, side: Side | None) -> Picture:
        """The file in greys over its whole range, with its colour bar on one side or without."""
        return partial(self._draw, name, side)

    def _draw(self, name: str, side: Side | None) -> bytes:
        found = self._read(name)
        assert found is not None
        return encode_png(render(found, _choose_look(side)).pixels)

    def _load_celsius(self, name: str) -> Matrix | None:
        found = self._read(name)
        return None if found is None else found.celsius

    def _load(self, name: str) -> Thermogram | None:
        paths = [self.folder / f"{name}{suffix}" for suffix in _SUFFIXES]
        path = next((one for one in paths if one.is_file()), None)
        return None if path is None else read_thermogram(path, _DEGREES)


def _choose_look(side: Side | None) -> PictureSettings:
    """Greys over the whole range; a lying bar has room for fewer temperatures beside each other."""
    if side is None:
        return PictureSettings()
    return PictureSettings(bar=side, ticks=5 if side in ("left", "right") else 3)


def measure_scale(matrix: Matrix) -> tuple[float, float]:
    """The ends of the colour bar in °C, as they are written at it."""
    known = matrix[np.isfinite(matrix)]
    return round(float(known.min()), 1), round(float(known.max()), 1)


def try_to_find(found: Thermograms, name: str, tell: Callable[[str, str], None]) -> Matrix | None:
    """The temperatures of a file; None, and counted, where it is missing or cannot be read."""
    try:
        matrix = found.find(name)
    except ThermalFileError:
        tell("TIFF files that cannot be read", name)
        return None
    if matrix is None:
        tell("labels of TIFF files that are not there", name)
    return matrix
