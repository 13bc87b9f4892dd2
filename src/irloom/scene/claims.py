"""What boxes say for certain, each with a controlled mistake: what a right and a wrong sentence can claim.

A claim is made only with a margin, so that neither a border case nor an annotator's habit decides whether it
is true. Nothing here says how it is worded.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from irloom.alignment import ErrorType
from irloom.records import Sample
from irloom.scene.layout import Thing, as_thing, precedes
from irloom.scene.nouns import NUMBERS, mentioned, plural, singular, stated_counts

_PLAIN = 0.01
"""Share of the image from which a thing is plainly to be seen."""
_COUNTABLE = 0.004
"""Share of the image that each thing of a counted label covers at least."""
_PARTNERS: Mapping[int, int] = {2: 3, 3: 2, 4: 5, 5: 4, 6: 7, 7: 6}
"""A count and the wrong one in its place; both ways, so that no number is wrong more often than another."""
_HALF = 0.45
"""How far a thing at one side reaches at most, from that side."""
_OUTER = 1 / 3
"""How far its middle lies from that side at most."""
_LARGER = 2.0
"""How many times the area of another thing one covers that is called larger."""
_STRAIGHT = 2.0
"""How many times as far two things lie apart along a direction as across it."""
_LEAST_SHARED = 0.25
"""Share of the smaller box that lies in the other, where two are said to overlap."""
_LEAST_GAP = 0.03
"""How far boxes lie apart, as a share of the image, that are said to be apart."""
_UNSEEN = 0.5
"""Taken to be seen of every claim, beside what was: a source of few images shows not all that there is."""
_SIDES = (("left", "right"), ("top", "bottom"))
_RELATIONS = (("to the left of", "to the right of"), ("above", "below"))
_WAYS = (("leftwards", "rightwards"), ("upwards", "downwards"))


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that is so, and what would be wrong in its place."""

    error_type: ErrorType
    form: str
    """Name of the phrasings that word it."""
    slot: str
    """The slot whose words are the mistake, in a wrong sentence."""
    right: str
    wrong: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """The other slots, which are the same in both."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What claims of all images have in common that say the same in place of the same."""
        return self.form, self.right, self.wrong


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a source tells beside the boxes of one image."""

    labels: frozenset[str] = frozenset()
    """The labels that it annotates in all images, so that one without a box is not there."""
    alike: Sequence[Collection[str]] = ()
    """Labels that people take for each other: none of them is called absent where another is present."""


def find_claims(sample: Sample, known: Knowledge) -> list[Claim]:
    """Every claim that the boxes of an image bear out, in an order that follows from them alone."""
    things = [as_thing(box) for box in sample.boxes]
    single = _find_single(things)
    places = {thing: place for thing in single if (place := _find_place(thing)) is not None}
    absent = _list_absent(sample, things, known)
    return [
        *_claim_identity(places, absent),
        *_claim_numbers(sample, things),
        *_claim_places(places),
        *_claim_pairs(single),
        *_claim_presence(things, absent),
    ]


def count_claims(samples: Sequence[Sample], known: Knowledge) -> Counter[tuple[str, str, str]]:
    """In how many images each claim could be made."""
    return Counter(key for sample in samples for key in {one.key for one in find_claims(sample, known)})


def share_to_use(claim: Claim, counts: Mapping[tuple[str, str, str], int]) -> float:
    """How often a claim should be used where it could be, 0..1.

    So that of all sentences as many wrong ones say a thing as right ones: where dogs are often said to be
    cats and cats seldom dogs, words alone would tell what is wrong.
    """
    there = counts.get(claim.key, 0)
    back = counts.get((claim.form, claim.wrong, claim.right), 0)
    return min(1.0, (back + _UNSEEN) / (there + _UNSEEN))


def _find_single(things: Sequence[Thing]) -> list[Thing]:
    """The plain things that are the only one of their label, large or small."""
    numbers = Counter(thing.label for thing in things)
    return [one for one in things if numbers[one.label] == 1 and not one.group and one.area >= _PLAIN]


def _find_place(thing: Thing) -> tuple[int, int] | None:
    """The axis and the end of it where a thing lies, across before down; None in between."""
    for axis, (low, high) in enumerate(((thing.x1, thing.x2), (thing.y1, thing.y2))):
        middle = (low + high) / 2
        if high <= _HALF and middle <= _OUTER:
            return axis, 0
        if low >= 1 - _HALF and middle >= 1 - _OUTER:
            return axis, 1
    return None


def _list_absent(sample: Sample, things: Sequence[Thing], known: Knowledge) -> list[str]:
    """Labels that are surely not in the image: no box, no caption names one, nor one that looks alike."""
    named = {thing.label for thing in things}
    named |= {label for caption in sample.captions for label in mentioned(caption, known.labels)}
    near = {label for group in known.alike if not named.isdisjoint(group) for label in group}
    return sorted(known.labels - named - near)


def _claim_identity(places: Mapping[Thing, tuple[int, int]], absent: Sequence[str]) -> Iterator[Claim]:
    """What a thing at a side is."""
    for thing, (axis, end) in places.items():
        for other in absent:
            side = {"side": _SIDES[axis][end]}
            yield Claim("Object", "object", "thing", singular(thing.label), singular(other), side)


def _claim_presence(things: Sequence[Thing], absent: Sequence[str]) -> Iterator[Claim]:
    """That something is in the picture at all."""
    present = dict.fromkeys(thing.label for thing in things if thing.area >= _PLAIN)
    for label in present:
        for other in absent:
            yield Claim("Illusion", "illusion", "thing", singular(label), singular(other))


def _claim_numbers(sample: Sample, things: Sequence[Thing]) -> Iterator[Claim]:
    """How many there are of a label, where each is plain and no caption says otherwise."""
    kinds: dict[str, list[Thing]] = {}
    for thing in things:
        kinds.setdefault(thing.label, []).append(thing)
    for label, alike in kinds.items():
        number = len(alike)
        plain = all(not thing.group and thing.area >= _COUNTABLE for thing in alike)
        if number in _PARTNERS and plain and not _is_disputed(sample, label, number):
            wrong = NUMBERS[_PARTNERS[number]]
            yield Claim("Number", "number", "number", NUMBERS[number], wrong, {"things": plural(label)})


def _is_disputed(sample: Sample, label: str, number: int) -> bool:
    stated = (one for caption in sample.captions for one in stated_counts(caption, {label}))
    return any(one.label == label and not one.agrees(number) for one in stated)


def _claim_places(places: Mapping[Thing, tuple[int, int]]) -> Iterator[Claim]:
    """At which side of the picture a thing lies."""
    for thing, (axis, end) in places.items():
        right, wrong = _SIDES[axis][end], _SIDES[axis][1 - end]
        yield Claim("Location", "location", "side", right, wrong, {"thing": singular(thing.label)})


def _claim_pairs(single: Sequence[Thing]) -> Iterator[Claim]:
    """How two things lie to each other, and which is larger; both ways round, which evens out the words."""
    for first, second in permutations(single, 2):
        names = {"first": singular(first.label), "second": singular(second.label)}
        for axis in (0, 1):
            if (end := _find_order(first, second, axis)) is None:
                continue
            right, wrong = _RELATIONS[axis][end], _RELATIONS[axis][1 - end]
            yield Claim("Relation", "relation", "relation", right, wrong, names)
            if _lies_straight(first, second, axis):
                right, wrong = _WAYS[axis][end], _WAYS[axis][1 - end]
                yield Claim("Direction", "direction", "way", right, wrong, names)
        if (touch := _find_touch(first, second)) is not None:
            yield Claim("Relation", "touch", "relation", *touch, names)
        if (size := _compare_sizes(first, second)) is not None:
            yield Claim("Attribute", "attribute", "size", *size, names)


def _find_order(first: Thing, second: Thing, axis: int) -> int | None:
    """0 where the first thing clearly comes before the second along an axis, 1 where it comes after."""
    if precedes(first, second, axis):
        return 0
    return 1 if precedes(second, first, axis) else None


def _lies_straight(first: Thing, second: Thing, axis: int) -> bool:
    """Whether the way from one to the other is along an axis rather than across it."""
    along, across = (abs(first.centre[one] - second.centre[one]) for one in (axis, 1 - axis))
    return along >= _STRAIGHT * across


def _find_touch(first: Thing, second: Thing) -> tuple[str, str] | None:
    """Whether the outlines of two things run into each other; None in a border case."""
    across = min(first.x2, second.x2) - max(first.x1, second.x1)
    down = min(first.y2, second.y2) - max(first.y1, second.y1)
    if min(across, down) <= -_LEAST_GAP:
        return "apart from", "overlapping with"
    shared = max(across, 0.0) * max(down, 0.0) / min(first.area, second.area)
    return ("overlapping with", "apart from") if shared >= _LEAST_SHARED else None


def _compare_sizes(first: Thing, second: Thing) -> tuple[str, str] | None:
    if first.area >= _LARGER * second.area:
        return "larger", "smaller"
    return ("smaller", "larger") if second.area >= _LARGER * first.area else None
