"""Intervals of means whose values depend on each other in clusters: a bootstrap that draws whole clusters."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.estimates import Estimate

Values = NDArray[np.float64]
_INTERVAL = (2.5, 97.5)
"""Percentiles between which 95 % of the resamples lie."""


class Clusters:
    """Draws of clusters; equal clusters under one name and seed are drawn alike, so that runs are paired."""

    def __init__(self, clusters: Sequence[str], name: str = "", resamples: int = 1000, seed: int = 0) -> None:
        names, self._places = np.unique(np.array(clusters, dtype=str), return_inverse=True)
        self._count = len(names)
        random = np.random.default_rng([seed, zlib.crc32(name.encode())])
        self._drawn = random.integers(0, max(1, self._count), size=(resamples, self._count))

    @property
    def can_tell(self) -> bool:
        """Whether resamples can differ."""
        return self._count > 1

    def draw_means(self, values: Values, known: NDArray[np.bool_] | None = None) -> Values:
        """The mean of each resample; only values that are `known` count, and NaN stands where none is."""
        weights = np.ones(len(values)) if known is None else known.astype(np.float64)
        sums = np.bincount(self._places, weights=np.where(weights > 0, values, 0.0), minlength=self._count)
        counts = np.bincount(self._places, weights=weights, minlength=self._count)
        drawn = counts[self._drawn].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(sums[self._drawn].sum(axis=1) / drawn, dtype=np.float64)

    def estimate(self, values: Values, known: NDArray[np.bool_] | None = None) -> Estimate | None:
        """The mean with its interval; None where no value is known."""
        chosen = values if known is None else values[known]
        if not len(chosen):
            return None
        return make_estimate(float(chosen.mean()), self.draw_means(values, known), self.can_tell)


def make_estimate(value: float, drawn: Values, can_tell: bool) -> Estimate:
    """A figure with where 95 % of its resamples lie; without an interval where they cannot differ."""
    if not can_tell:
        return Estimate(value, None, None)
    low, high = np.nanpercentile(drawn, _INTERVAL)
    return Estimate(value, float(low), float(high))
