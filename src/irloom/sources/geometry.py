"""Reads COCO boxes and polygons in pixels, and fits them into 0..1 of the image."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from irloom.sources.convention import are_shares
from irloom.sources.numbers import read_numbers

TOLERANCE_PX = 1.0
"""So far a box may leave the image without a note: annotators round."""

Corners = tuple[float, float, float, float]


class KeptBox(NamedTuple):
    """A box as the index keeps it: checked, not yet fitted to the image."""

    label: str
    bbox: Sequence[float]
    """`x, y, width, height`; all finite."""
    crowd: bool
    polygons: Sequence[Sequence[float]]
    shares: bool = False
    """Numbers are shares of the image in place of pixels, as far as they can be: polygons may be either."""


class FittedBox(NamedTuple):
    """A box inside the image, in 0..1."""

    label: str
    corners: Corners
    crowd: bool
    polygons: tuple[tuple[float, ...], ...]


def read_bbox(value: object) -> list[float] | None:
    """Give `x, y, width, height`, or None where they are not four finite numbers."""
    numbers = read_numbers(value)
    return numbers if numbers is not None and len(numbers) == 4 else None


def read_polygons(value: object) -> tuple[list[list[float]], int]:
    """Give the polygons of a segmentation, and how many are broken."""
    if not value:
        return [], 0
    if not isinstance(value, list):
        return [], 1
    good = [polygon for polygon in map(_read_polygon, value) if polygon is not None]
    return good, len(value) - len(good)


def _read_polygon(value: object) -> list[float] | None:
    numbers = read_numbers(value)
    return numbers if numbers is not None and len(numbers) >= 6 and len(numbers) % 2 == 0 else None


def fit_boxes(boxes: Sequence[KeptBox], width: int, height: int, notes: Counter[str]) -> Iterator[FittedBox]:
    """Yield the boxes that have something inside the image, clipped; count what was mended or dropped."""
    for label, bbox, crowd, polygons, shares in boxes:
        sides = (1, 1) if shares else (width, height)
        corners, clipped = _fit_corners(
            bbox, *sides, TOLERANCE_PX / max(width, height) if shares else TOLERANCE_PX
        )
        if corners is None:
            notes["box_empty"] += 1
            continue
        notes["box_clipped"] += clipped
        scaled = (
            _fit_polygon(flat, *(sides if shares and are_shares(flat) else (width, height)))
            for flat in polygons
        )
        fitted = [polygon for polygon in scaled if polygon]
        notes["polygon_invalid"] += len(polygons) - len(fitted)
        yield FittedBox(label, corners, bool(crowd), tuple(fitted))


def _fit_corners(
    bbox: Sequence[float], width: int, height: int, tolerance: float
) -> tuple[Corners | None, bool]:
    x, y, w, h = bbox
    if w <= 0 or h <= 0:
        return None, False
    x1, y1, x2, y2 = _clip(x / width), _clip(y / height), _clip((x + w) / width), _clip((y + h) / height)
    outside = max(-x, -y, x + w - width, y + h - height)
    return ((x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None), outside > tolerance


def _fit_polygon(flat: Sequence[float], width: int, height: int) -> tuple[float, ...]:
    """Clip a polygon; empty where it has no extent left."""
    xs = [_clip(x / width) for x in flat[0::2]]
    ys = [_clip(y / height) for y in flat[1::2]]
    if min(xs) == max(xs) or min(ys) == max(ys):
        return ()
    return tuple(value for point in zip(xs, ys, strict=True) for value in point)


def _clip(value: float) -> float:
    # A zero without sign comes first, so that -0.0 does not survive.
    return max(0.0, min(value, 1.0))
