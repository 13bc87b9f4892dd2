"""Compares rows and pictures with those that were kept."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

MEASURED = frozenset({"measured", "texts"})
"""What is measured of pictures, which another processor may round otherwise."""
NUMBERS = 1e-6
MEASURES = 0.02


def list_differences(expected: Any, found: Any, place: str = "", tolerance: float = NUMBERS) -> Iterator[str]:
    """Where two values differ; keys that are in `found` alone are allowed."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            near = MEASURES if key in MEASURED else tolerance
            yield from list_differences(value, found.get(key, "missing"), f"{place}.{key}", near)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from list_differences(one, other, f"{place}[{number}]", tolerance)
    elif not are_equal(expected, found, place, tolerance):
        yield f"{place}: {found!r}, was {expected!r}"


def are_equal(expected: Any, found: Any, place: str, tolerance: float) -> bool:
    """Floats up to a tolerance; messages without what a library said, which they have in parentheses."""
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(expected, found, rel_tol=tolerance, abs_tol=tolerance)
    if place.endswith(".message") and isinstance(found, str):
        return bool(expected.partition(" (")[0] == found.partition(" (")[0])
    return type(expected) is type(found) and bool(expected == found)


def measure_difference(one: Path, other: Path) -> float:
    """The mean absolute difference of two pictures' pixels, 0..255; their sizes must be equal."""
    first, second = (np.asarray(Image.open(path).convert("RGB"), dtype=np.float64) for path in (one, other))
    assert first.shape == second.shape, other
    return float(np.abs(first - second).mean())
