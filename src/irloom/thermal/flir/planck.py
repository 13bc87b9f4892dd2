"""Turns the counts of a FLIR sensor into temperatures.

The model is the one of ThermImage (G. Tattersall): what reaches the sensor is the object's own radiation,
what it mirrors, and what the air on both sides of a window and the window itself radiate.
"""

import math

import numpy as np
from numpy.typing import NDArray

from irloom.thermal.flir.camera import Calibration, Scene
from irloom.thermal.settings import ABSOLUTE_ZERO_C


def to_kelvin(counts: NDArray[np.uint16], scene: Scene, calibration: Calibration) -> NDArray[np.float32]:
    """Kelvin a pixel; NaN where the counts are fewer than any temperature of an object explains."""
    lost, share = _weigh(scene, calibration)
    signal = counts.astype(np.float64) / share - lost + calibration.o
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = calibration.r1 / (calibration.r2 * signal) + calibration.f
        kelvin = calibration.b / np.log(inside)
    known = (signal > 0) & (inside > 1) & np.isfinite(kelvin)
    return np.where(known, kelvin, np.nan).astype(np.float32)


def _weigh(scene: Scene, calibration: Calibration) -> tuple[float, float]:
    """Counts that do not come from the object, and the share of its own counts that reaches the sensor."""
    air = _transmit(scene, calibration)
    seen = scene.emissivity * air
    through = seen * scene.window_transmission
    mirrored = (1 - scene.emissivity) / scene.emissivity * _count(scene.reflected_k, calibration)
    before = (1 - air) / seen * _count(scene.air_k, calibration)
    window = (1 - scene.window_transmission) / through * _count(scene.window_k, calibration)
    behind = (1 - air) / (through * air) * _count(scene.air_k, calibration)
    return mirrored + before + window + behind, through * air


def _count(kelvin: float, calibration: Calibration) -> float:
    """The counts that a black body of this temperature gives."""
    planck = calibration.r1 / (calibration.r2 * (math.exp(calibration.b / kelvin) - calibration.f))
    return planck - calibration.o


def _transmit(scene: Scene, calibration: Calibration) -> float:
    """Share that half of the way through the air lets through: the window stands in the middle."""
    celsius = scene.air_k + ABSOLUTE_ZERO_C
    vapour = scene.humidity * math.exp(
        1.5587 + 0.06939 * celsius - 0.00027816 * celsius**2 + 6.8455e-7 * celsius**3
    )
    depth, damp = math.sqrt(scene.distance_m / 2), math.sqrt(vapour)
    one = math.exp(-depth * (calibration.alpha_1 + calibration.beta_1 * damp))
    other = math.exp(-depth * (calibration.alpha_2 + calibration.beta_2 * damp))
    return calibration.x * one + (1 - calibration.x) * other
