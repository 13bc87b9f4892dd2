"""Finds places where nothing is annotated, on the ground or in the air."""

from collections.abc import Sequence
from dataclasses import dataclass

from irloom.edits import Region
from irloom.scene.layout import Thing

_COLUMNS = {
    "on the left side of the image": (0.05, 0.3),
    "in the middle of the image": (0.375, 0.625),
    "on the right side of the image": (0.7, 0.95),
}
_GROUND, _AIR = (0.55, 0.95), (0.08, 0.5)
_MOST_COVERED = 0.35
"""Share of a place that objects may cover."""
BACKDROP = 0.3
"""Share of the image from which on an object is what others stand on or before, such as a table."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A free place."""

    words: str
    """Where it is, such as `on the left side of the image`."""
    region: Region


def list_spots(things: Sequence[Thing], *, flying: bool) -> list[Spot]:
    """The free places for what flies or for what stands."""
    y1, y2 = _AIR if flying else _GROUND
    spots = [Spot(words, (x1, y1, x2, y2)) for words, (x1, x2) in _COLUMNS.items()]
    solid = [thing for thing in things if thing.area < BACKDROP]
    return [spot for spot in spots if _cover(spot, solid) <= _MOST_COVERED]


def share_inside(one: Thing, other: Thing) -> float:
    """Share of one box that lies inside another, 0..1."""
    width = min(one.x2, other.x2) - max(one.x1, other.x1)
    height = min(one.y2, other.y2) - max(one.y1, other.y1)
    return width * height / one.area if width > 0 and height > 0 else 0.0


def _cover(spot: Spot, things: Sequence[Thing]) -> float:
    return sum(share_inside(Thing("", *spot.region), thing) for thing in things)
