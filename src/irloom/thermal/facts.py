"""What can be said of a thermogram as a whole: its size, its temperatures, and how it was measured."""

from typing import Any

import numpy as np

from irloom.thermal.thermogram import Thermogram


def measure_range(found: Thermogram) -> dict[str, float]:
    """Least, highest, mean and median temperature in °C over the pixels that have one."""
    known = found.celsius[np.isfinite(found.celsius)].astype(np.float64)
    values = {"min": known.min(), "max": known.max(), "mean": known.mean(), "median": np.median(known)}
    return {name: round(float(value), 3) for name, value in values.items()}


def describe(found: Thermogram) -> dict[str, Any]:
    """All that is known of it, as JSON has it."""
    height, width = found.kelvin.shape
    return {
        "form": found.form,
        "width": width,
        "height": height,
        "celsius": measure_range(found),
        "missing": int((~np.isfinite(found.kelvin)).sum()),
        "camera": dict(found.camera),
    }


def tell(found: Thermogram) -> str:
    """The same in a line."""
    height, width = found.kelvin.shape
    range_c = measure_range(found)
    parts = [
        f"{width} x {height}",
        f"{range_c['min']:.1f} to {range_c['max']:.1f} °C, mean {range_c['mean']:.1f} °C",
        _name_camera(found),
    ]
    if missing := int((~np.isfinite(found.kelvin)).sum()):
        parts.append(f"{missing:,} pixels without a temperature")
    return "; ".join(parts)


def _name_camera(found: Thermogram) -> str:
    """Its model, or the form of the file, with what decides temperatures most."""
    said = found.camera
    name = str(said.get("model") or found.form)
    if "emissivity" in said and "distance_m" in said:
        name += f", emissivity {said['emissivity']:g} at {said['distance_m']:g} m"
    elif "scale" in said:
        name += f", {said['scale']:g} {said['unit']} a count"
    return name
