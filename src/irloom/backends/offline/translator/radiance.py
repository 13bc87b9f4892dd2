"""Turns temperature into the radiance that a long-wave camera collects, and back."""

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BAND_UM = (8.0, 14.0)
ZERO_C = 273.15

_C1 = 1.19104e8  # W µm⁴ / m² / sr
_C2 = 1.43879e4  # µm K
_COLDEST_K, _HOTTEST_K, _STEP_K = 150.0, 650.0, 0.05
_INVERSE_SIZE = 16384


def band_radiance(kelvin: NDArray[np.float64]) -> NDArray[np.float64]:
    """Planck radiance over 8–14 µm in W/m²/sr for temperatures in kelvin, as AirSim does."""
    wavelength = np.linspace(*BAND_UM, 121)
    exponent = _C2 / (wavelength[None, :] * kelvin[:, None])
    spectral = _C1 / (wavelength[None, :] ** 5 * np.expm1(exponent))
    return np.asarray(np.trapezoid(spectral, wavelength, axis=1))


class Planck:
    """Lookup tables between kelvin (150..650) and band radiance; values outside are clamped.

    Both directions are exact to about a millikelvin. The inverse table is uniform in the fourth
    root of the radiance, which is nearly linear in temperature.
    """

    def __init__(self, device: torch.device) -> None:
        kelvin, radiance = _tabulate()
        roots = radiance**0.25
        even = np.linspace(roots[0], roots[-1], _INVERSE_SIZE)
        self._forward = torch.tensor(radiance, dtype=torch.float32, device=device)
        self._inverse = torch.tensor(np.interp(even, roots, kelvin), dtype=torch.float32, device=device)
        self._first_root = float(even[0])
        self._root_step = float(even[1] - even[0])
        at_293 = band_radiance(np.array([292.5, 293.5]))
        self.per_kelvin_at_293 = float(at_293[1] - at_293[0])
        """dL/dT at 293 K in W/m²/sr/K, where noise-equivalent temperatures are defined."""

    def radiance(self, kelvin: Tensor) -> Tensor:
        """Band radiance in W/m²/sr of a black body."""
        return _look_up(self._forward, (kelvin - _COLDEST_K) / _STEP_K)

    def kelvin(self, radiance: Tensor) -> Tensor:
        """Temperature of the black body that would send this radiance."""
        root = radiance.clamp(min=0).sqrt().sqrt()
        return _look_up(self._inverse, (root - self._first_root) / self._root_step)


@cache
def _tabulate() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Temperatures in kelvin and their band radiance, once for all translators of a process; only read."""
    kelvin = np.arange(_COLDEST_K, _HOTTEST_K + _STEP_K, _STEP_K)
    return kelvin, band_radiance(kelvin)


def _look_up(table: Tensor, place: Tensor) -> Tensor:
    """Linear interpolation at fractional places of an even table."""
    place = place.clamp(0, len(table) - 1.001)
    below = place.to(torch.int64)
    low, high = table[below], table[below + 1]
    return low + (high - low) * (place - below)
