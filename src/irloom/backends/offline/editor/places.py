"""Looks for a free place where something more could stand or hang."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from irloom.backends.offline.editor.planes import Mask, Pixels, Plane, resize, to_lab, to_planes

_SIDE = 160
_COLUMNS = 28


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something would be: the middle of its foot, and its size, in 0..1 of width and height."""

    x: float
    foot: float
    width: float
    height: float


class Ground:
    """Sums over a small copy of an image, to ask about many places quickly."""

    def __init__(self, pixels: Pixels, taken: Mask, others: Mask) -> None:
        """`taken` must not be covered, `others` had better not be."""
        height, width = pixels.shape[:2]
        scale = _SIDE / max(height, width)
        size = max(round(width * scale), 8), max(round(height * scale), 8)
        small = resize(to_planes(pixels), *size)
        lab = to_lab(small)
        busy_mask = resize((taken | others).astype(np.float32), *size)
        edges = np.hypot(*(cv2.Sobel(lab[..., 0], cv2.CV_32F, dx, 1 - dx) for dx in (0, 1)))
        self._size = size
        self._sums = {
            "taken": _sum(resize(taken.astype(np.float32), *size)),
            "others": _sum(resize(others.astype(np.float32), *size)),
            "edges": _sum(np.asarray(edges, np.float32)),
            "free": _sum(1 - busy_mask),
        }
        self._colours = [_sum(lab[..., channel] * (1 - busy_mask)) for channel in range(3)]

    def mean(self, name: str, x1: float, y1: float, x2: float, y2: float) -> float:
        """The mean of `taken`, `others`, `edges` or `free` over a box in 0..1."""
        total, area = self._add(self._sums[name], x1, y1, x2, y2)
        return total / area

    def colour(self, x1: float, y1: float, x2: float, y2: float) -> Plane | None:
        """The mean colour of what is free in a box, in CIELAB; None where nothing is."""
        free, area = self._add(self._sums["free"], x1, y1, x2, y2)
        if free < 0.1 * area:
            return None
        return np.array([self._add(sums, x1, y1, x2, y2)[0] / free for sums in self._colours], np.float32)

    def _add(
        self,
        sums: NDArray[np.float64],
        x1: float,
        y1: float,
        x2: float,
        y2: float,
    ) -> tuple[float, float]:
        width, height = self._size
        left = int(np.clip(round(x1 * width), 0, width - 1))
        top = int(np.clip(round(y1 * height), 0, height - 1))
        right = int(np.clip(round(x2 * width), left + 1, width))
        bottom = int(np.clip(round(y2 * height), top + 1, height))
        total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        return float(total), float((right - left) * (bottom - top))


def _sum(plane: Plane) -> NDArray[np.float64]:
    return np.asarray(cv2.integral(plane, sdepth=cv2.CV_64F), np.float64)


def list_columns(draw: np.random.Generator, margin: float) -> list[float]:
    """Places across the image, jittered, none nearer to its sides than `margin`."""
    step = (1 - 2 * margin) / _COLUMNS
    shift = draw.uniform(0, 1)
    return [margin + (index + shift) * step for index in range(_COLUMNS)]
