"""Reads a frame of a CPTV video (Cacophony Project) through the project's own library, an extra."""

from pathlib import Path
from typing import Any

from irloom.errors import ThermalFileError
from irloom.thermal.limits import check_size
from irloom.thermal.settings import ThermalSettings
from irloom.thermal.stored_values import scale_values
from irloom.thermal.thermogram import Thermogram

_MAX_READ_BYTES = 64 * 1024 * 1024
_TEXTS = ("device_name", "model", "brand", "firmware")


def read_cptv(path: Path, settings: ThermalSettings) -> Thermogram:
    """One frame's counts on the scale that the settings name: CPTV does not say whether they are kelvin.

    Raises ThermalFileError without the extra `cptv`, without `frame`, and for a file that is damaged.
    """
    try:
        from cptv import CPTVReader
    except ImportError as error:
        raise ThermalFileError(
            f"{path} is compressed as CPTV videos are, which need a library: pip install 'irloom[cptv]'"
        ) from error
    if settings.frame is None:
        raise ThermalFileError(f"{path} is a video: say which of its images, from 0, by --frame")
    try:
        with path.open("rb") as file:
            reader = CPTVReader(file)
            check_size(path, reader.x_resolution, reader.y_resolution)
            reader.s = _Bounded(reader.s)
            pixels, about = _find_frame(path, reader, settings.frame)
    except ThermalFileError:
        raise
    # The library checks nothing: a broken file makes it meet IndexError, KeyError, struct.error and more.
    except Exception as error:
        raise ThermalFileError(
            f"{path} cannot be read as CPTV ({type(error).__name__}: {error}): it is damaged or no such file"
        ) from error
    return scale_values(path, pixels, "cptv", about, settings)


def _find_frame(path: Path, reader: Any, wanted: int) -> tuple[Any, dict[str, Any]]:
    """Frames are differences to the one before: all before the wanted one are unpacked, one at a time."""
    number = -1
    for number, frame in enumerate(reader):
        if number == wanted:
            return frame.pix, {"frame": number, **_describe(reader)}
    raise ThermalFileError(f"{path} holds {number + 1} images, there is no number {wanted}: count from 0")


def _describe(reader: Any) -> dict[str, Any]:
    about = {}
    for name in _TEXTS:
        if value := getattr(reader, name, None):
            about[name] = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if reader.timestamp is not None:
        about["taken"] = reader.timestamp.isoformat()
    return about


class _Bounded:
    """The unpacked stream, which gives no part that is larger than a frame can be."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, count: int) -> Any:
        """As of a file; ValueError for a length that only a damaged or hostile file has."""
        if not 0 <= count <= _MAX_READ_BYTES:
            raise ValueError(f"a part of {count:,} bytes")
        return self._stream.read(count)

    def seek(self, place: int) -> int:
        """As of a file."""
        return int(self._stream.seek(place))
