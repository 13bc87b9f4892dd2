"""Bounds on what a thermal file may make irloom hold in memory, checked before anything is unpacked."""

import stat
from pathlib import Path

from irloom.errors import ThermalFileError

MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_PIXELS = 25_000_000
"""No thermal sensor comes near; stitched surveys are cut into tiles."""


def check_file(path: Path) -> None:
    """Refuse what is no file, empty, or too large to be one picture, before it is opened."""
    try:
        state = path.stat()
    except (OSError, ValueError) as error:
        raise ThermalFileError(f"{path} cannot be reached ({error}): check the path") from error
    if not stat.S_ISREG(state.st_mode):
        raise ThermalFileError(f"{path} is not a file: give a thermal file")
    if state.st_size == 0:
        raise ThermalFileError(f"{path} is empty (0 bytes): copy it again")
    if state.st_size > MAX_FILE_BYTES:
        raise ThermalFileError(
            f"{path} has {state.st_size:,} bytes, more than the {MAX_FILE_BYTES:,} of one picture: cut it up"
        )


def check_size(path: Path, width: int, height: int) -> None:
    """Refuse a picture without pixels, or with more than are ever held."""
    if not 0 < width * height <= MAX_PIXELS:
        raise ThermalFileError(
            f"{path} says that it has {width} x {height} pixels; 1 to {MAX_PIXELS:,} are read: "
            "it is damaged, or must be cut into tiles"
        )
