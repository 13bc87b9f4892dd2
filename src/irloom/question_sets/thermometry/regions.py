"""Parts of a thermal picture: boxes, or what an annotation outlines, and what is measured in them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Measure = Literal["max", "min", "mean"]
Cells = tuple[int, int, int, int]
"""First column and row, and those behind the last."""
STEADY_K = 0.5
"""How much a measure may change where an edge is moved by a pixel, since a drawn line hides as much."""
LEAST_PIXELS = 16


@dataclass(frozen=True)
class Region:
    """Some pixels, and the box around them."""

    pixels: NDArray[np.bool_]
    """As large as the picture."""
    cells: Cells
    label: str | None = None
    """What is outlined; None where the region is the whole box."""


def make_box(cells: Cells, shape: tuple[int, ...]) -> Region:
    """A region that is a box."""
    left, top, right, bottom = cells
    pixels = np.zeros(shape[:2], dtype=np.bool_)
    pixels[top:bottom, left:right] = True
    return Region(pixels, cells)


def find_cells(pixels: NDArray[np.bool_]) -> Cells:
    """The box around some pixels, of which there must be one."""
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def measure(celsius: NDArray[np.float64], pixels: NDArray[np.bool_], what: Measure) -> float:
    """In °C; NaN where one pixel has no temperature."""
    inside = celsius[pixels]
    match what:
        case "max":
            return float(inside.max())
        case "min":
            return float(inside.min())
        case "mean":
            return float(inside.mean())


def measure_steadily(celsius: NDArray[np.float64], region: Region, what: Measure) -> float | None:
    """The measure in °C, where it is nearly the same with the edge one pixel further out or in."""
    window = _open_window(region.cells)
    celsius, pixels = celsius[window], region.pixels[window]
    smaller = shrink(pixels)
    if smaller.sum() < LEAST_PIXELS:
        return None
    value = measure(celsius, pixels, what)
    others = [measure(celsius, one, what) for one in (grow(pixels), smaller)]
    # A comparison with NaN is False, so that what was not measured is never steady.
    return value if all(abs(other - value) <= STEADY_K for other in others) else None


def _open_window(cells: Cells) -> tuple[slice, slice]:
    """The box with two pixels around it, as far as there are any: all that its edge can touch."""
    left, top, right, bottom = cells
    return slice(max(0, top - 2), bottom + 2), slice(max(0, left - 2), right + 2)


def grow(pixels: NDArray[np.bool_], times: int = 1) -> NDArray[np.bool_]:
    """With the neighbours on all eight sides."""
    for _ in range(times):
        padded = np.pad(pixels, 1)
        height, width = pixels.shape
        shifts = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
        pixels = np.logical_or.reduce(shifts)
    return pixels


def shrink(pixels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without those that have a neighbour outside; the picture's border is none."""
    return ~grow(~pixels)
