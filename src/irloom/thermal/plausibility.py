"""Refuses temperatures that nobody measured: a wrong scale gives numbers as readily as the right one."""

from pathlib import Path

import numpy as np

from irloom.errors import ThermalFileError
from irloom.thermal.settings import ThermalSettings
from irloom.thermal.thermogram import Thermogram

_LEAST_KNOWN = 0.5


def refuse_implausible(path: Path, found: Thermogram, settings: ThermalSettings) -> None:
    """Raise ThermalFileError where temperatures lie outside of what is believed.

    Where the user names the scale, every pixel has to fit. A calibrated file is judged by its median, since
    a clear sky or a flame in it is out of range with a right calibration; half of its pixels must be known.
    """
    celsius = found.celsius
    known = celsius[np.isfinite(celsius)]
    is_scaled = "scale" in found.camera
    if not known.size or (not is_scaled and known.size < _LEAST_KNOWN * celsius.size):
        raise ThermalFileError(
            f"{path}: {celsius.size - known.size:,} of its {celsius.size:,} pixels have no temperature: "
            "the file, its calibration or a setting is wrong"
        )
    low, high = (known.min(), known.max()) if is_scaled else (np.median(known),) * 2
    if low < settings.coldest_c or high > settings.hottest_c:
        told = f"lie from {low:.1f} to {high:.1f} °C" if is_scaled else f"have their median at {low:.1f} °C"
        raise ThermalFileError(
            f"{path}: its temperatures {told}, outside of {settings.coldest_c:g} to {settings.hottest_c:g} °C"
            f"{_tell_scale(found)}; if they are right, widen --coldest and --hottest"
        )


def _tell_scale(found: Thermogram) -> str:
    said = found.camera
    if "scale" not in said:
        return ": the file is damaged, or a setting does not fit"
    return (
        f", at {said['scale']:g} {said['unit']} a count and an offset of {said['offset']:g}: "
        "the scale or the unit is wrong"
    )
