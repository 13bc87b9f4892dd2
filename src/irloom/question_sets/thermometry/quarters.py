"""The four quarters of a picture, and whether something lies in one of them alone."""

import numpy as np
from numpy.typing import NDArray

QUARTERS = ("top left", "top right", "bottom left", "bottom right")
CLEAR = 0.04
"""Share of width and height beside the lines between quarters in which nothing is told."""


def split(matrix: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The parts of a matrix; of odd numbers of rows or columns the middle ones are in the last."""
    row, column = matrix.shape[0] // 2, matrix.shape[1] // 2
    parts = (matrix[:row, :column], matrix[:row, column:], matrix[row:, :column], matrix[row:, column:])
    return dict(zip(QUARTERS, parts, strict=True))


def find_quarter(pixels: NDArray[np.bool_]) -> str | None:
    """The quarter that holds all of some pixels, clear of the lines between; None where there is none."""
    height, width = pixels.shape
    rows, columns = np.nonzero(pixels)
    if not rows.size:
        return None
    down, across = (rows + 0.5) / height - 0.5, (columns + 0.5) / width - 0.5
    if min(np.abs(down).min(), np.abs(across).min()) < CLEAR:
        return None
    sides = {(bool(y > 0), bool(x > 0)) for y, x in zip(down, across, strict=True)}
    if len(sides) > 1:
        return None
    ((is_low, is_right),) = sides
    return f"{'bottom' if is_low else 'top'} {'right' if is_right else 'left'}"
