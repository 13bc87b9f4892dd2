"""Reads TIFF and PNG files whose values are temperatures on a scale that the user, or irloom, names."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from irloom.errors import ThermalFileError
from irloom.pictures import open_picture, refuse_cut
from irloom.thermal.limits import check_size
from irloom.thermal.settings import ABSOLUTE_ZERO_C, TemperatureUnit, ThermalSettings
from irloom.thermal.thermogram import Thermogram

_DEEP = ("I;16", "I;16B", "I;16L", "I", "F")
"""Pillow's names of greys with more than 8 bits; `F` has floats."""
_DESCRIPTION_TAG = 270
_HIGHEST = float(np.finfo(np.float32).max)
MARK = "irloom_temperatures"
"""Key under which irloom's own TIFF files name the unit of their values."""


def read_stored_values(path: Path, settings: ThermalSettings) -> Thermogram:
    """Temperatures from a file's values by `scale`, `offset` and `unit`; NaN for `no_data`.

    Raises ThermalFileError for pictures of 8 bits or of colours, whose values are no temperatures, and where
    the scale is not said: files of many cameras look alike and differ in it.
    """
    values, about = _open(path, settings)
    return scale_values(path, values, "stored", about, settings)


def is_scale_told(path: Path, settings: ThermalSettings) -> bool:
    """Whether the user said how values become temperatures, or irloom wrote it into a file of its own.

    False for a picture of 8 bits or of colours, and for what cannot be opened.
    """
    try:
        with open_picture(path) as picture:
            if picture.mode not in _DEEP:
                return False
            is_told = settings.unit is not None or settings.scale is not None
            return is_told or bool(_read_description(picture))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False


def scale_values(
    path: Path, values: NDArray[Any], form: str, about: dict[str, Any], settings: ThermalSettings
) -> Thermogram:
    """Kelvin of values as a file has them, and in `camera` the scale by which they became so."""
    if given := settings.given():
        raise ThermalFileError(
            f"{path}: {', '.join(given)} cannot be applied: this file holds temperatures, without the counts "
            "and the calibration that they were made of; leave the option out for it"
        )
    unit, scale = _choose_scale(path, values, about, settings)
    offset = settings.offset or 0.0
    with np.errstate(invalid="ignore"):  # a signalling NaN is none the less a NaN
        kelvin = values.astype(np.float64)  # changed in place, since pictures may be large
    kelvin *= scale
    kelvin += offset - (ABSOLUTE_ZERO_C if unit == "C" else 0.0)
    if settings.no_data is not None:
        kelvin[values == settings.no_data] = np.nan
    kelvin[~np.isfinite(kelvin)] = np.nan
    said = {"scale": scale, "offset": offset, "unit": unit, "stored": values.dtype.name}
    # What float32 cannot hold must not become infinite, which would count as not measured.
    np.clip(kelvin, -_HIGHEST, _HIGHEST, out=kelvin)
    return Thermogram(kelvin=kelvin.astype(np.float32), form=form, camera={**about, **said})


def _open(path: Path, settings: ThermalSettings) -> tuple[NDArray[Any], dict[str, Any]]:
    try:
        with open_picture(path) as picture:
            check_size(path, *picture.size)
            about = _go_to_frame(path, picture, settings.frame)
            check_size(path, *picture.size)
            if picture.mode not in _DEEP:
                raise ThermalFileError(
                    f"{path} is a picture ({picture.mode}): it shows brightness, and no temperatures can be "
                    "read from it; give the radiometric file"
                )
            refuse_cut(path, picture)
            return np.asarray(picture), about | _read_description(picture)
    except ThermalFileError:
        raise
    except UnidentifiedImageError as error:
        raise ThermalFileError(
            f"{path} is damaged, cut off, or of a kind that is not read, such as TIFF with floats of 64 "
            "bits: copy it again, or save it as float32"
        ) from error
    # Pillow's decoders let through whatever a broken file makes them meet, KeyError to MemoryError.
    except Exception as error:
        raise ThermalFileError(
            f"{path} cannot be decoded ({type(error).__name__}: {error}): the file is damaged or cut off"
        ) from error


def _go_to_frame(path: Path, picture: Image.Image, wanted: int | None) -> dict[str, Any]:
    """Turn to the image of a file with several; which one is not guessed."""
    frames = getattr(picture, "n_frames", 1)
    if frames > 1 and wanted is None:
        raise ThermalFileError(f"{path} holds {frames} images: say which, from 0, by --frame")
    frame = wanted or 0
    if frame >= frames:
        raise ThermalFileError(f"{path} holds {frames} images, there is no number {frame}: count from 0")
    picture.seek(frame)
    return {"frame": frame, "frames": frames} if frames > 1 else {}


def _read_description(picture: Image.Image) -> dict[str, Any]:
    """What irloom wrote into a TIFF of its own; nothing for any other."""
    tags = getattr(picture, "tag_v2", None)
    text = tags.get(_DESCRIPTION_TAG) if tags is not None else None
    try:
        said = json.loads(text)[MARK] if isinstance(text, str) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {"written_unit": said} if said in ("K", "C") else {}


def _choose_scale(
    path: Path, values: NDArray[Any], about: dict[str, Any], settings: ThermalSettings
) -> tuple[TemperatureUnit, float]:
    written = about.pop("written_unit", None)
    unit = settings.unit or written
    scale = settings.scale
    if scale is None and values.dtype.kind == "f":
        scale = 1.0  # a float is written to hold the temperature itself
    if unit is None or scale is None:
        wanted = [*(["scale"] if scale is None else []), *(["unit"] if unit is None else [])]
        raise ThermalFileError(
            f"{path} holds values from {np.min(values):g} to {np.max(values):g} and does not say what they "
            f"are: give {' and '.join(f'--temperature-{one}' for one in wanted)}, or {' and '.join(wanted)} "
            f"under [thermal] of a run's configuration{suggest_scales(values, settings)}"
        )
    return unit, scale


_CONVENTIONS: tuple[tuple[float, TemperatureUnit], ...] = (
    *((0.01, "K"), (0.04, "K"), (0.1, "K")),
    *((1.0, "K"), (0.01, "C"), (0.1, "C"), (1.0, "C")),
)
"""Scales that cameras and sets use; which one a file has, only its maker knows."""


def suggest_scales(values: NDArray[Any], settings: ThermalSettings) -> str:
    """The usual scales by which values come to lie in the plausible range, for a message."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if not finite.size:
        return ""
    ends = float(finite.min()), float(finite.max())
    fitting = []
    for scale, unit in _CONVENTIONS:
        low, high = (end * scale + (ABSOLUTE_ZERO_C if unit == "K" else 0.0) for end in ends)
        if settings.coldest_c <= low and high <= settings.hottest_c:
            fitting.append(f"{scale:g} {unit} ({low:.1f} to {high:.1f} °C)")
    return f"; among the usual scales these would be plausible: {', '.join(fitting)}" if fitting else ""
