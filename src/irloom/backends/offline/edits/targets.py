"""Chooses the objects that a kind of change can be made of, and says why there is none."""

from collections.abc import Callable, Mapping, Sequence

from irloom.backends.offline.edits.photograph import Photograph, Target
from irloom.backends.offline.edits.phrasebook import Phrasebook
from irloom.backends.offline.edits.places import BACKDROP, share_inside
from irloom.edits import Subcategory
from irloom.scene.layout import Thing

_SMALLEST = 0.01
"""Share of the image below which nobody would notice a change."""
_LARGEST: Mapping[Subcategory, float] = {"remove": 1 / 3, "replace": 1 / 2, "count": 0.15, "spatial": 0.3}
"""Share of the image above which there is no background to fill in, or no room."""
_TAKEN_AWAY: frozenset[Subcategory] = frozenset({"remove", "replace", "spatial"})
_CUT_OUT: frozenset[Subcategory] = frozenset({"shape", "count", "spatial"})
"""These show the object anew, so that it must be seen whole."""
_MOST_INSIDE = 0.5
"""Share of a box that may lie inside another one for the two to be apart."""
_ROOM = 0.15
"""How far an object must be from the image's edge to be moved towards it, as a share of the image."""
_CUT_OFF = 0.01
"""An object nearer to the image's edge is taken to go on beyond it."""


class Nothing(Exception):
    """The photograph offers nothing for this kind of change; the message says why."""


def find_targets(subcategory: Subcategory, photograph: Photograph, book: Phrasebook) -> list[Target]:
    """The objects to change; raises Nothing where none is left."""
    left = list(photograph.targets)
    if not left:
        raise Nothing("no objects are annotated")
    for fits, reason in (*_list_needs(photograph), *_list_own_needs(subcategory, photograph, book)):
        left = [one for one in left if fits(one)]
        if not left:
            raise Nothing(reason)
    return left


def list_directions(thing: Thing) -> frozenset[str]:
    """The directions in which there is room to move, away from no edge that cuts the object off."""
    left, right, above, below = thing.x1, 1 - thing.x2, thing.y1, 1 - thing.y2
    room = {"left": (left, right), "right": (right, left), "higher": (above, below), "lower": (below, above)}
    return frozenset(name for name, (ahead, behind) in room.items() if ahead >= _ROOM and behind >= _CUT_OFF)


def list_replacements(target: Target, photograph: Photograph) -> list[str]:
    """Labels of other objects that are seen whole, and large enough to be known again."""
    taken = {*photograph.taken, target.thing.label}
    shown = [one.thing for one in photograph.targets if not one.thing.group and one.thing.area >= _SMALLEST]
    labels = [thing.label for thing in shown if is_whole(thing) and _is_clear(thing, photograph)]
    return [label for label in dict.fromkeys(labels) if label not in taken]


def is_whole(thing: Thing) -> bool:
    """Whether no edge of the image cuts the object off."""
    return min(thing.x1, thing.y1, 1 - thing.x2, 1 - thing.y2) >= _CUT_OFF


def _list_needs(photograph: Photograph) -> Sequence[tuple[Callable[[Target], bool], str]]:
    """What every object must be, with the reason where none is."""
    return (
        (lambda one: not one.thing.group, "only groups are annotated, whose members cannot be told apart"),
        (lambda one: one.thing.area >= _SMALLEST, "all annotated objects are smaller than 1 % of the image"),
        (lambda one: one.name is not None, "no annotated object can be told from others of its kind"),
        (lambda one: one.thing.label not in photograph.taken, "the other steps change all there is"),
    )


def _list_own_needs(
    subcategory: Subcategory, photograph: Photograph, book: Phrasebook
) -> Sequence[tuple[Callable[[Target], bool], str]]:
    """What it must be for this kind of change."""
    largest = _LARGEST.get(subcategory, 1)
    needs: list[tuple[Callable[[Target], bool], str]] = []
    if subcategory in book.values:
        suits = f"no annotated object suits a change of {subcategory}"
        needs.append((lambda one: bool(book.list_fitting(subcategory, one.thing.label)), suits))
    needs.append((lambda one: one.thing.area <= largest, "the objects fill too much of the image"))
    if subcategory in {"shape", "count"}:
        needs.append((lambda one: is_whole(one.thing), "the image's edge cuts the objects off"))
    if subcategory in _TAKEN_AWAY:
        carries = "other objects are on or in all that there is"
        needs.append((lambda one: not _carries(one.thing, photograph), carries))
    if subcategory in _CUT_OUT:
        needs.append((lambda one: _is_clear(one.thing, photograph), "no object is seen apart from others"))
    return needs


def _carries(thing: Thing, photograph: Photograph) -> bool:
    """Whether something smaller would be left floating, such as a plate without its table."""
    smaller = [other for other in photograph.things if other.area < thing.area]
    return any(share_inside(other, thing) >= _MOST_INSIDE for other in smaller)


def _is_clear(thing: Thing, photograph: Photograph) -> bool:
    """Whether it stands apart from all but a backdrop, such as a large table."""
    others = [other for other in photograph.things if other is not thing and other.area < BACKDROP]
    return sum(share_inside(thing, other) for other in others) < _MOST_INSIDE
