"""Lists every family of edits that a photograph offers: they share a base and differ in one point."""

from collections.abc import Sequence
from random import Random

from irloom.backends.offline.edits.changes import Change
from irloom.backends.offline.edits.photograph import Photograph, Target
from irloom.backends.offline.edits.phrasebook import read_phrasebook
from irloom.backends.offline.edits.places import list_spots
from irloom.backends.offline.edits.targets import (
    Nothing,
    find_targets,
    is_whole,
    list_directions,
    list_replacements,
)
from irloom.edits import WHOLE_IMAGE, Subcategory

Family = Sequence[Change]

_ALL_SHOWN = "captions and labels already name everything that could be proposed"
_NONE_LEFT = {
    "replace": "no object with another label is seen whole and apart",
    "spatial": "the image's edges leave no room to move or turn anything",
    "addition": "there is no free place, or what could be added is there already",
}


def draw_family(subcategory: Subcategory, photograph: Photograph, random: Random, count: int) -> Family:
    """Up to `count` siblings, of a family that has as many where there is one; raises Nothing."""
    families = list_families(subcategory, photograph)
    most = max(min(len(family), count) for family in families)
    chosen = random.choice([family for family in families if len(family) >= most])
    return random.sample(chosen, most)


def list_families(subcategory: Subcategory, photograph: Photograph) -> list[Family]:
    """All families, none of them empty; raises Nothing with the reason where there is none."""
    book = read_phrasebook()
    if subcategory in WHOLE_IMAGE:
        families = [_change_image(subcategory, photograph)]
    elif subcategory == "addition":
        families = _add(photograph)
    else:
        targets = find_targets(subcategory, photograph, book)
        if subcategory == "remove":
            families = [[Change(subcategory, "", target) for target in targets]]
        else:
            families = [_change_object(subcategory, target, photograph) for target in targets]
    if not any(families):
        raise Nothing(_NONE_LEFT.get(subcategory, _ALL_SHOWN))
    return [family for family in families if family]


def _change_image(subcategory: Subcategory, photograph: Photograph) -> Family:
    book = read_phrasebook()
    if subcategory in {"time", "weather"} and photograph.shows(book.indoors):
        raise Nothing("captions or labels tell of a room, or of things on a table")
    values = _leave_out_shown(subcategory, book.values[subcategory], photograph)
    return [Change(subcategory, value) for value in values]


def _add(photograph: Photograph) -> list[Family]:
    book = read_phrasebook()
    families: dict[str, list[Change]] = {}
    barred = book.outdoors if photograph.shows(book.indoors) else ()
    values = [value for value in book.values["addition"] if value not in barred]
    for value in _leave_out_shown("addition", values, photograph):
        for spot in list_spots(photograph.things, flying=value in book.flying):
            families.setdefault(spot.words, []).append(Change("addition", value, spot=spot))
    return list(families.values())


def _change_object(subcategory: Subcategory, target: Target, photograph: Photograph) -> Family:
    values: Sequence[str]
    if subcategory == "replace":
        values = list_replacements(target, photograph)
    else:
        fitting = read_phrasebook().list_fitting(subcategory, target.thing.label)
        values = _leave_out_shown(subcategory, fitting, photograph)
    if subcategory == "spatial":
        turns = {"mirrored", "tilted"} if is_whole(target.thing) else set()
        values = [value for value in values if value in list_directions(target.thing) | turns]
    return [Change(subcategory, value, target) for value in values]


def _leave_out_shown(subcategory: Subcategory, values: Sequence[str], photograph: Photograph) -> list[str]:
    shown = read_phrasebook().shown.get(subcategory, {})
    return [value for value in values if not photograph.shows(shown.get(value, ()))]
