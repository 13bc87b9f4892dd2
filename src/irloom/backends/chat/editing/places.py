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
    return [place for place in places if sum(_share(place, thing) for thing in things) <= _MOST_COVERED]


def _share(place: Thing, thing: Thing) -> float:
    width = min(place.x2, thing.x2) - max(place.x1, thing.x1)
    height = min(place.y2, thing.y2) - max(place.y1, thing.y1)
    return max(0.0, width) * max(0.0, height) / place.area
