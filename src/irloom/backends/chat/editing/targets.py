"""Chooses the objects that a kind of change can be made of, and says why there is none."""

from collections.abc import Callable, Mapping, Sequence

from irloom.backends.chat.editing.photograph import Photograph, Target
from irloom.backends.chat.editing.phrasebook import Phrasebook
from irloom.backends.chat.editing.places import share_inside
from irloom.backends.chat.layout import Thing
from irloom.edits import Subcategory

_SMALLEST = 0.01
"""Share of the image below which nobody would notice a change."""
_LARGEST: Mapping[Subcategory, float] = {"remove": 1 / 3, "replace": 1 / 2, "count": 0.15, "spatial": 1 / 3}
"""Share of the image above which there is no background to fill in, or no room."""
_TAKEN_AWAY: frozenset[Subcategory] = frozenset({"remove", "replace", "spatial"})
_MOST_INSIDE = 0.5
"""Share of a smaller box that may lie inside the box of what is taken away."""
_ROOM = 0.15
"""How far an object must be from the image's edge to be moved towards it, as a share of the image."""


class Nothing(Exception):
    """The photograph offers nothing for this kind of change; the message says why."""


def find_targets(subcategory: Subcategory, photograph: Photograph, book: Phrasebook) -> list[Target]:
    """The objects to change; raises Nothing where none is left."""
    largest = _LARGEST.get(subcategory, 1)
    needs: Sequence[tuple[Callable[[Target], bool], str]] = (
        (lambda one: not one.thing.group, "only groups are annotated, whose members cannot be told apart"),
        (lambda one: one.thing.area >= _SMALLEST, "all annotated objects are smaller than 1 % of the image"),
        (lambda one: one.name is not None, "no annotated object can be told from others of its kind"),
        (lambda one: _suits(subcategory, one, book), f"no annotated object suits a change of {subcategory}"),
        (lambda one: one.thing.area <= largest, "the objects fill too much of the image"),
        (
            lambda one: _is_bare(subcategory, one, photograph),
            "other objects are on or in all that there is",
        ),
        (lambda one: one.thing.label not in photograph.taken, "the other steps change all there is"),
    )
    left = list(photograph.targets)
    if not left:
        raise Nothing("no objects are annotated")
    for fits, reason in needs:
        left = [one for one in left if fits(one)]
        if not left:
            raise Nothing(reason)
    return left


def list_directions(thing: Thing) -> frozenset[str]:
    """The directions in which there is room to move."""
    room = {"left": thing.x1, "right": 1 - thing.x2, "higher": thing.y1, "lower": 1 - thing.y2}
    return frozenset(name for name, free in room.items() if free >= _ROOM)


def list_replacements(target: Target, photograph: Photograph) -> list[str]:
    """Labels of other objects that are large enough to be known again."""
    labels = [
        other.thing.label
        for other in photograph.targets
        if not other.thing.group and other.thing.area >= _SMALLEST
    ]
    taken = {*photograph.taken, target.thing.label}
    return [label for label in dict.fromkeys(labels) if label not in taken]


def _is_bare(subcategory: Subcategory, target: Target, photograph: Photograph) -> bool:
    """Whether nothing would be left floating, such as a plate without its table, where the target goes."""
    smaller = [thing for thing in photograph.things if thing.area < target.thing.area]
    return subcategory not in _TAKEN_AWAY or all(
        share_inside(thing, target.thing) < _MOST_INSIDE for thing in smaller
    )


def _suits(subcategory: Subcategory, target: Target, book: Phrasebook) -> bool:
    if subcategory in {"remove", "replace"}:
        return True
    return bool(book.list_fitting(subcategory, target.thing.label))
