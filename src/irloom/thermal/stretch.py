"""Maps temperatures to levels between the coldest colour and the hottest, and back again for a colour bar."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irloom.errors import ThermalFileError
from irloom.thermal.picture_settings import PictureSettings

_BINS = 1024


@dataclass(frozen=True)
class Levels:
    """A rising line through points: temperatures in °C, and the levels in 0..1 that they have."""

    celsius: NDArray[np.float64]
    levels: NDArray[np.float64]

    @property
    def low_c(self) -> float:
        """Temperature of the coldest colour; colder ones have it too."""
        return float(self.celsius[0])

    @property
    def high_c(self) -> float:
        """Temperature of the hottest colour; hotter ones have it too."""
        return float(self.celsius[-1])

    def measure(self, celsius: NDArray[np.floating]) -> NDArray[np.float64]:
        """Levels of temperatures; NaN stays, and the one level of a flat picture is the middle."""
        if self.low_c == self.high_c:
            return np.where(np.isfinite(celsius), 0.5, np.nan)
        return np.asarray(np.interp(celsius, self.celsius, self.levels), dtype=np.float64)

    def invert(self, level: float) -> float:
        """The temperature in °C that a level stands for."""
        return float(np.interp(level, self.levels, self.celsius))


def choose_levels(celsius: NDArray[np.floating], settings: PictureSettings) -> Levels:
    """The line for one picture. Raises ThermalFileError where no temperature is known or in range."""
    known = celsius[np.isfinite(celsius)].astype(np.float64)
    if not known.size:
        raise ThermalFileError("no pixel has a temperature: there is nothing to show")
    if settings.stretch == "plateau":
        return _equalise(known, settings.plateau)
    if settings.stretch == "percentile":
        low, high = np.percentile(known, (settings.clip_percent, 100 - settings.clip_percent))
        if low == high:
            low, high = known.min(), known.max()
    else:
        low = known.min() if settings.low_c is None else settings.low_c
        high = known.max() if settings.high_c is None else settings.high_c
    if low > high:
        raise ThermalFileError(
            f"the range to show is empty, {low:g} to {high:g} °C: the given end lies beyond all temperatures"
        )
    return Levels(np.array([low, high], dtype=np.float64), np.array([0.0, 1.0]))


def _equalise(known: NDArray[np.float64], plateau: float) -> Levels:
    """Histogram equalisation in which no temperature counts more than `plateau` times the mean."""
    low, high = float(known.min()), float(known.max())
    if low == high:
        return Levels(np.array([low, high]), np.array([0.0, 1.0]))
    counts, edges = np.histogram(known, bins=_BINS, range=(low, high))
    counted = np.minimum(counts, plateau * known.size / _BINS)
    levels = np.concatenate([[0.0], np.cumsum(counted)])
    return Levels(edges, levels / levels[-1])
