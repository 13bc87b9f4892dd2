"""Whether counts and places that a text states agree with the boxes."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from irloom.scene.layout import Layout, Thing, precedes, say_count, say_place
from irloom.scene.nouns import Mention, find_mentions, singular, stated_counts

_BE = (
    r"(?:is|are|was|stands?|sits?|lies?|rests?|appears?)"
    r"(?: seen| clearly| visible| located| placed| standing| sitting| lying)*"
)
_PICTURE = r"(?:infrared |thermal )?(?:image|picture|scene|frame|view|photo)"
_SIDE = re.compile(
    rf"(?i)^ {_BE} (?P<place>(?:on|at|in|to|towards?|near) (?:the )?(?:far )?"
    r"(?P<side>left|right|top|bottom|upper part|lower part)(?:[ -]hand)?(?: side| edge| half| part| corner)?"
    rf"(?: of (?:the |this )?{_PICTURE})?)(?= *(?:[.,;!?]|and\b|$))"
)
_BESIDE = re.compile(
    rf"(?i)^ {_BE} "
    r"(?P<words>(?:to|on) the (?:left|right) of|left of|right of|above|below) (?:the|a|an|one) $"
)
_HOW_MANY = re.compile(r"(?i)\bhow many (?:\w+ )?$")
_AXES: Mapping[str, tuple[int, bool]] = {
    "left": (0, True), "right": (0, False), "top": (1, True), "upper part": (1, True),
    "bottom": (1, False), "lower part": (1, False), "above": (1, True), "below": (1, False),
}  # fmt: skip
"""Along which axis a word looks, and whether at its beginning."""


def find_disagreement(text: str, counts: Mapping[str, int | None]) -> str | None:
    """Find a stated count that the boxes contradict, as a reason; labels without a box are not judged."""
    for stated in stated_counts(text, counts.keys()):
        count = counts.get(stated.label)
        if count is not None and not stated.agrees(count):
            shown = say_count(stated.label, count)
            return f"A number contradicts the infrared image: it shows “{shown}, not {stated.said}”."
    return None


def find_disputed(captions: Sequence[str], counts: Mapping[str, int | None]) -> frozenset[str]:
    """Find the labels whose number is unknown, because a caption tells another than the boxes."""
    stated = (one for caption in captions for one in stated_counts(caption, counts.keys()))
    found = ((one, counts.get(one.label)) for one in stated)
    return frozenset(one.label for one, count in found if count is not None and not one.agrees(count))


def find_counted(text: str, labels: Collection[str]) -> str | None:
    """Find one of these labels whose number a text tells or asks for."""
    told = (one.label for one in stated_counts(text, labels) if one.least > 1 and one.label in labels)
    asked = (
        one.label
        for one in find_mentions(text, labels)
        if one.label in labels and _HOW_MANY.search(text[: one.start])
    )
    return next(chain(told, asked), None)


def find_misplaced(text: str, layout: Layout) -> str | None:
    """Find a stated place, or side of another object, that is clearly the opposite, as a reason.

    Only objects of which there is one are judged, and only by where their boxes lie in the picture.
    """
    single = _list_single(layout)
    mentions = [one for one in find_mentions(text, single.keys()) if one.label in single]
    wrong = chain(_find_wrong_sides(text, mentions, single), _find_wrong_pairs(text, mentions, single))
    return next(wrong, None)


def _list_single(layout: Layout) -> dict[str, Thing]:
    counts = layout.counts()
    return {one.label: one for one in layout.things if counts[one.label] == 1}


def _find_wrong_sides(text: str, mentions: Sequence[Mention], single: Mapping[str, Thing]) -> Iterator[str]:
    for one in mentions:
        found = _SIDE.match(text[one.end :])
        if found and not _may_lie(single[one.label], found["side"].lower()):
            place = say_place(single[one.label])
            yield _contradict(f"the {singular(one.label)} is {place}, and not {found['place'].lower()}")


def _contradict(said: str) -> str:
    """A reason; what it says is quoted, so that a traffic light names no category."""
    return f"A place contradicts the infrared image: “{said}”."


def _may_lie(thing: Thing, side: str) -> bool:
    """Whether any part of a box lies in that half of the picture."""
    axis, first = _AXES[side]
    low, high = ((thing.x1, thing.x2), (thing.y1, thing.y2))[axis]
    return low < 0.5 if first else high > 0.5


def _find_wrong_pairs(text: str, mentions: Sequence[Mention], single: Mapping[str, Thing]) -> Iterator[str]:
    for first, second in pairwise(mentions):
        found = _BESIDE.match(text[first.end : second.start])
        if found and first.label != second.label and _is_reversed(found["words"], first, second, single):
            names = [singular(one.label) for one in (first, second)]
            said = found["words"].lower()
            yield _contradict(f"the {names[0]} is not {said} the {names[1]}")


def _is_reversed(words: str, first: Mention, second: Mention, single: Mapping[str, Thing]) -> bool:
    axis, before = next(_AXES[key] for key in ("left", "right", "above", "below") if key in words.lower())
    one, other = single[first.label], single[second.label]
    return precedes(other, one, axis) if before else precedes(one, other, axis)
