"""Finds places where nothing is annotated."""

from collections.abc import Sequence

from irloom.backends.chat.layout import Thing

_COLUMNS = ((0.06, 0.27), (0.4, 0.6), (0.73, 0.94))
_ROWS = ((0.38, 0.62), (0.68, 0.94))
_MOST_COVERED = 0.35
"""Share of a place that objects may cover."""


def list_free_places(things: Sequence[Thing]) -> list[Thing]:
    """Boxes in the middle and lower rows of the image that the objects leave nearly free."""
    places = [Thing("", x1, y1, x2, y2) for y1, y2 in _ROWS for x1, x2 in _COLUMNS]
    return [place for place in places if sum(share_inside(place, thing) for thing in things) <= _MOST_COVERED]


def share_inside(one: Thing, other: Thing) -> float:
    """Share of one box that lies inside another, 0..1."""
    width = min(one.x2, other.x2) - max(one.x1, other.x1)
    height = min(one.y2, other.y2) - max(one.y1, other.y1)
    return width * height / one.area if width > 0 and height > 0 else 0.0
