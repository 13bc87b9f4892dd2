"""Reads FLIR's record 32: how the camera was set and calibrated, and which one it was."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Self

from irloom.errors import ThermalFileError
from irloom.thermal.flir.block import Record
from irloom.thermal.settings import ABSOLUTE_ZERO_C

_FLOATS = {
    **{"emissivity": 32, "distance_m": 36, "reflected_k": 40, "air_k": 44, "window_k": 48},
    **{"window_transmission": 52, "humidity": 60, "r1": 88, "b": 92, "f": 96},
    **{"alpha_1": 112, "alpha_2": 116, "beta_1": 120, "beta_2": 124, "x": 128, "r2": 780},
}
_O_PLACE = 776
_TEXTS = {
    **{"model": (212, 32), "part_number": (244, 16), "serial_number": (260, 16), "software": (276, 16)},
    **{"lens": (368, 32)},
}
_TAKEN_PLACE = 900
_LEAST_BYTES = 784
_KELVIN = ("reflected_k", "air_k", "window_k")
_PERCENT_ABOVE = 2.0
"""Some files have humidity in per cent."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What lies between the camera and the temperature of an object; temperatures in kelvin."""

    emissivity: float
    distance_m: float
    reflected_k: float
    air_k: float
    window_k: float
    window_transmission: float
    humidity: float
    """Relative, as a share."""

    def replace(self, given: Mapping[str, float]) -> Self:
        """The scene with what the user says of it, whose names end in `_c` where they are in °C."""
        values = {name: getattr(self, name) for name in self.__slots__}
        for name, value in given.items():
            in_kelvin = name.endswith("_c")
            values[f"{name[:-2]}_k" if in_kelvin else name] = value - ABSOLUTE_ZERO_C if in_kelvin else value
        return type(self)(**values)

    def describe(self) -> dict[str, float]:
        """The same by the names that settings have, temperatures in °C."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            f"{name[:-2]}_c" if name in _KELVIN else name: round(
                value + ABSOLUTE_ZERO_C if name in _KELVIN else value, 4
            )
            for name, value in values.items()
        }


@dataclass(frozen=True, slots=True)
class Calibration:
    """Constants of the sensor (Planck's law fitted to its counts) and of the air."""

    r1: float
    b: float
    f: float
    o: int
    r2: float
    alpha_1: float
    alpha_2: float
    beta_1: float
    beta_2: float
    x: float


@dataclass(frozen=True, slots=True)
class Camera:
    """All that record 32 says."""

    scene: Scene
    calibration: Calibration
    about: Mapping[str, Any]
    """Model, numbers, lens and time, as far as the file has them."""


def read_camera(path: Path, record: Record) -> Camera:
    """What the camera wrote. Raises ThermalFileError where it is cut off, or cannot be true."""
    content, order = record.content, record.order
    if len(content) < _LEAST_BYTES:
        raise ThermalFileError(
            f"{path}: its camera record has {len(content)} of at least {_LEAST_BYTES} bytes: it is damaged"
        )
    found = {name: struct.unpack_from(f"{order}f", content, place)[0] for name, place in _FLOATS.items()}
    if found["humidity"] > _PERCENT_ABOVE:
        found["humidity"] /= 100
    _refuse_untrue(path, found)
    (o,) = struct.unpack_from(f"{order}i", content, _O_PLACE)
    scene = Scene(**{name: found.pop(name) for name in Scene.__slots__})
    return Camera(scene, Calibration(o=o, **found), _describe(record))


def _refuse_untrue(path: Path, found: Mapping[str, float]) -> None:
    """Numbers with which the formula gives nonsense, or no number at all."""
    wrong = [name for name, value in found.items() if not math.isfinite(value)]
    wrong += [name for name in ("emissivity", "window_transmission") if not 0 < found[name] <= 1.001]
    wrong += [name for name in (*_KELVIN, "r1", "b", "r2", "f") if not found[name] > 0]
    wrong += [name for name in ("distance_m", "humidity") if found[name] < 0]
    if wrong:
        told = ", ".join(f"{name} = {found[name]:g}" for name in dict.fromkeys(wrong))
        raise ThermalFileError(f"{path}: its camera record says {told}, which cannot be: it is damaged")


def _describe(record: Record) -> dict[str, Any]:
    about: dict[str, Any] = {}
    for name, (place, length) in _TEXTS.items():
        text = record.content[place : place + length].split(b"\0")[0].decode("latin-1").strip()
        if text:
            about[name] = text
    if taken := _read_time(record):
        about["taken"] = taken
    return about


def _read_time(record: Record) -> str | None:
    """Seconds since 1970, milliseconds, and the minutes that the camera's clock is behind; None for none."""
    if len(record.content) < _TAKEN_PLACE + 10:
        return None
    seconds, millis, minutes = struct.unpack_from(f"{record.order}IIh", record.content, _TAKEN_PLACE)
    if not seconds or abs(minutes) >= 24 * 60:
        return None
    moment = datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=millis & 0xFFFF)
    return moment.astimezone(timezone(timedelta(minutes=-minutes))).isoformat(timespec="milliseconds")
