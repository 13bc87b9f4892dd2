"""Edges of two pictures, and how much they overlap at every small shift."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Grey = NDArray[np.uint8]
_DIRECTIONS = 4
"""Edges meet only edges that run the same way: of others many cross by chance."""
_STRONGEST = 0.08
"""Share of the pixels whose change begins an edge, whatever the contrast of the picture."""
_LEAST_CHANGE = 8
_WEAK = 0.4
_NEAR_PX = 1
"""So far apart edges still meet, in pixels of what is compared."""


class Overlap(NamedTuple):
    """Dice of two sets of edges: as they lie, at the best shift, and at the median of all."""

    as_is: float
    best: float
    chance: float
    shift: tuple[int, int]


def find_edges(grey: Grey) -> NDArray[np.float32]:
    """Canny's edges by direction: a stack of maps of 0 and 1, each edge a little widened."""
    import cv2

    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    across, down = cv2.Sobel(smooth, cv2.CV_16S, 1, 0), cv2.Sobel(smooth, cv2.CV_16S, 0, 1)
    change = np.abs(across.astype(np.int32)) + np.abs(down)
    strong = max(float(np.quantile(change, 1 - _STRONGEST)), _LEAST_CHANGE)
    edges = cv2.Canny(across, down, _WEAK * strong, strong) > 0
    turned = np.arctan2(down, across) % np.pi / np.pi * _DIRECTIONS
    direction = np.round(turned).astype(np.int32) % _DIRECTIONS
    brush = np.ones((2 * _NEAR_PX + 1,) * 2, np.uint8)
    maps = [cv2.dilate((edges & (direction == one)).astype(np.uint8), brush) for one in range(_DIRECTIONS)]
    return np.stack(maps).astype(np.float32)


def overlap_edges(one: NDArray[np.float32], other: NDArray[np.float32], reach: int) -> Overlap:
    """Compare two stacks of one shape at all shifts of up to `reach` pixels; only what both cover counts."""
    both = _correlate(one, other, reach)
    dice = 2 * both / np.maximum(_sum_windows(one, reach) + _sum_windows(other, reach)[::-1, ::-1], 1)
    y, x = np.unravel_index(int(dice.argmax()), dice.shape)
    middle = float(dice[reach, reach])
    return Overlap(middle, float(dice.max()), float(np.median(dice)), (int(x) - reach, int(y) - reach))


def _correlate(one: NDArray[np.float32], other: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """How many edge pixels meet, by shift."""
    from scipy import fft

    shape: Sequence[int] = [fft.next_fast_len(side + 2 * reach, real=True) for side in one.shape[1:]]
    spectrum = sum(
        fft.rfft2(a, shape) * np.conj(fft.rfft2(b, shape)) for a, b in zip(one, other, strict=True)
    )
    met = np.roll(fft.irfft2(spectrum, shape), (reach, reach), (0, 1))
    return np.asarray(np.maximum(met[: 2 * reach + 1, : 2 * reach + 1], 0), np.float32)


def _sum_windows(edges: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Edge pixels of the part that the other picture covers, by shift of the other to the right and down."""
    height, width = edges.shape[1:]
    sums = np.zeros((height + 1, width + 1))
    sums[1:, 1:] = edges.sum(0, dtype=np.float64).cumsum(0).cumsum(1)
    shifts = np.arange(-reach, reach + 1)
    top, left = np.clip(shifts, 0, height), np.clip(shifts, 0, width)
    bottom, right = np.clip(height + shifts, 0, height), np.clip(width + shifts, 0, width)
    found = (
        sums[np.ix_(bottom, right)]
        - sums[np.ix_(top, right)]
        - sums[np.ix_(bottom, left)]
        + sums[np.ix_(top, left)]
    )
    return np.asarray(found, np.float32)
