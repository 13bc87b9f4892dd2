"""Makes pictures of measured values: images of 16 bits or floats are data, which nobody can look at.

For values whose scale nobody says. Temperatures are shown by `irloom.thermal`.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LOW, HIGH = 0.5, 99.5
"""Percentiles of the values that become black and white: single hot or dead pixels decide nothing."""
_FLAT = 128
_STRIP = 256
"""Rows that are worked on at a time: numbers of 64 bits of a whole picture would be gigabytes."""
_DEEP_MODES = ("I", "F")


class Stretched(NamedTuple):
    """A picture of values, with what was done to them."""

    pixels: NDArray[np.uint8]
    about: dict[str, Any]
    """Percentiles, the values at them, the lowest and the highest value, and the type of the values."""


def is_deep(image: Image.Image) -> bool:
    """Whether an image that is not loaded yet holds more than 8 bits a value."""
    return image.mode.startswith(_DEEP_MODES) or _is_cut(image)


def read_values(image: Image.Image) -> NDArray[Any]:
    """The values of a deep image as they are; of several channels Pillow gives the upper 8 of 16 bits."""
    return np.asarray(image.convert("RGB") if _is_cut(image) else image)


def stretch(values: NDArray[Any]) -> Stretched:
    """Spread values over 0..255 between two percentiles; what is not finite is black.

    A flat image is grey. Raises ValueError where no value is finite.
    """
    finite = _choose_finite(values)
    if not finite.size:
        raise ValueError("it holds no finite value")
    lowest, highest, number = float(finite.min()), float(finite.max()), finite.size
    low, high = (float(value) for value in np.percentile(finite, (LOW, HIGH), overwrite_input=True))
    del finite
    if low == high:
        low, high = lowest, highest
    about = {
        "percentiles": [LOW, HIGH],
        "values": [low, high],
        "range": [lowest, highest],
        "type": values.dtype.name,
        "not_finite": int(values.size - number),
    }
    if low == high:
        return Stretched(np.full(values.shape, _FLAT, dtype=np.uint8), about)
    pixels = np.empty(values.shape, dtype=np.uint8)
    for top in range(0, len(values), _STRIP):
        pixels[top : top + _STRIP] = _spread(values[top : top + _STRIP], low, high)
    return Stretched(pixels, about)


def _choose_finite(values: NDArray[Any]) -> NDArray[Any]:
    """A copy of what is finite; small whole numbers stay as they are, which is an eighth of the memory."""
    if values.dtype.kind in "bu" and values.dtype.itemsize <= 2:
        return values.flatten()
    numbers = values.astype(np.float64).ravel()
    known = np.isfinite(numbers)
    return numbers if known.all() else numbers[known]


def _spread(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(invalid="ignore"):
        shares = np.nan_to_num(np.clip((values.astype(np.float64) - low) / (high - low), 0, 1), nan=0.0)
    return np.asarray(np.rint(shares * 255), dtype=np.uint8)


def _is_cut(image: Image.Image) -> bool:
    """Whether Pillow reads several channels of 16 bits as 8."""
    return image.mode in {"RGB", "RGBA", "LA"} and any(";16" in str(tile[3]) for tile in image.tile)  # type: ignore[attr-defined]
