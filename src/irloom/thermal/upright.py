"""Turns temperatures as viewers turn the picture that they lie in, by its EXIF orientation."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from irloom.pictures import open_picture, read_orientation
from irloom.thermal.thermogram import Thermogram

_Matrix = NDArray[Any]
_TURNS: Mapping[int, Callable[[_Matrix], _Matrix]] = {
    2: lambda matrix: matrix[:, ::-1],
    3: lambda matrix: matrix[::-1, ::-1],
    4: lambda matrix: matrix[::-1],
    5: lambda matrix: matrix.T,
    6: lambda matrix: matrix[::-1].T,
    7: lambda matrix: matrix[::-1, ::-1].T,
    8: lambda matrix: matrix[:, ::-1].T,
}
"""What EXIF's numbers ask of rows and columns; 1 asks nothing."""


def turn_upright(path: Path, found: Thermogram) -> Thermogram:
    """The temperatures as the picture is seen; boxes and points that people name are of that one.

    A file that is no picture, such as FLIR's bare block, has no orientation.
    """
    orientation = _read_orientation(path)
    if orientation not in _TURNS:
        return found
    kelvin = _TURNS[orientation](found.kelvin).copy()
    return replace(found, kelvin=kelvin, camera={**found.camera, "turned_from_orientation": orientation})


def _read_orientation(path: Path) -> int:
    try:
        with open_picture(path) as picture:
            return read_orientation(picture)
    # Pillow's decoders let through whatever a broken file makes them meet.
    except Exception:
        return 1
