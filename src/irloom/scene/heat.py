"""What may be said of warm and cool: sentences from the temperatures or the greys that were measured.

A translator that painted temperatures knows what is warmer than what, and a radiometric file says so in
degrees. Of any other picture only relative brightness is known: where the polarity is stated bright means
warm (or cool), else they say "brighter"; of reflected light nothing is said of heat at all.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from irloom.scene.layout import TINY, Thing, name_things

Heat = Literal["more", "less", "most", "least", "above", "below", "near", "reads"]
"""More or less than another thing; most or least of all things; against the surroundings; in degrees."""
Scale = Literal["temperatures", "pixels", "measured", "warmth", "tones"]
"""Degrees Celsius that a translator assumed, or greys 0..255 of a picture; degrees Celsius that a camera
measured; greys of which bright is stated to be warm (turned round where it is cool), or of which nothing is.
"""
Shows = Literal["heat", "tones"]
"""What may be said of a picture: what is warm and cool in it, or bright and dark alone."""

HEAT_WORD = re.compile(
    r"\b(?:heat(?:ed|ing|s)?|hot(?:ter|test|ly)?|warm(?:er|est|th|ed|s|ly|ing)?|cool(?:er|est|ed|s|ly|ing)?|"
    r"chill(?:ed|s|y)?|cold(?:er|est|ly)?|temperatures?|thermal(?:ly)?|degrees?|celsius)\b|°",
    re.IGNORECASE,
)
"""Words that speak of heat, which no text about reflected light should hold."""


def find_heat(text: str, labels: Collection[str]) -> list[str]:
    """Words of a text that speak of heat, outside of names of things such as "hot dog", also of several."""
    names = sorted((label for label in labels if HEAT_WORD.search(label)), key=len, reverse=True)
    if names:
        alike = "|".join(r"[\s_-]+".join(map(re.escape, re.split(r"[\s_-]+", name))) for name in names)
        text = re.sub(rf"\b(?:{alike})(?:e?s)?\b", " ", text, flags=re.IGNORECASE)
    return [one.group() for one in HEAT_WORD.finditer(text)]


MOST_FACTS = 6
_MOST_OF_A_KIND = 3
_MOST_READ = 2
"""Things of which degrees are told."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A thing with the median of its own temperature or grey, and of what surrounds it."""

    thing: Thing
    own: float
    around: float | None
    """None where the surroundings are not known."""
    most: float | None = None
    """The hottest point in it, where degrees were measured."""


@dataclass(frozen=True, slots=True)
class HeatFact:
    """One thing that may be said; `other` is empty unless two things are compared."""

    kind: Heat
    scale: Scale
    subject: str
    other: str = ""
    figures: tuple[str, ...] = ()
    """Degrees Celsius with one decimal: the mean and the hottest point, or the step to the surroundings."""

    def say(self) -> str:
        """The fact as a sentence."""
        form = _FORMS[self.scale][self.kind].format(self.subject, self.other, *self.figures)
        return f"{form[:1].upper()}{form[1:]}."


@dataclass(frozen=True, slots=True)
class _Margins:
    """How far two measurements lie apart before something is said of them."""

    apart: float
    standing_out: float
    alike: float


_DEGREES, _GREYS = _Margins(2, 4, 1), _Margins(30, 25, 6)
_MARGINS: dict[Scale, _Margins] = {
    "temperatures": _DEGREES,
    "measured": _DEGREES,
    "pixels": _GREYS,
    "warmth": _GREYS,
    "tones": _GREYS,
}
_FORMS: dict[Scale, dict[Heat, str]] = {
    "temperatures": {
        "more": "{0} is warmer than {1}",
        "less": "{0} is cooler than {1}",
        "most": "{0} is the hottest object in the picture",
        "least": "{0} is the coolest object in the picture",
        "above": "{0} is clearly warmer than the air around it",
        "below": "{0} is clearly cooler than the air around it",
        "near": "{0} is close to the temperature of the air around it",
    },
    "pixels": {
        "more": "{0} appears brighter than {1}",
        "less": "{0} appears darker than {1}",
        "most": "{0} appears as the brightest object in the picture",
        "least": "{0} appears as the darkest object in the picture",
        "above": "{0} appears clearly brighter than its surroundings",
        "below": "{0} appears clearly darker than its surroundings",
        "near": "{0} hardly stands out from its surroundings",
    },
    "measured": {
        "more": "{0} measures warmer than {1}",
        "less": "{0} measures cooler than {1}",
        "most": "{0} measures as the warmest object in the picture",
        "least": "{0} measures as the coolest object in the picture",
        "above": "{0} measures {2} °C warmer than its surroundings",
        "below": "{0} measures {2} °C cooler than its surroundings",
        "near": "{0} measures about as warm as its surroundings",
        "reads": "{0} measures {2} °C on average and {3} °C at its hottest point",
    },
    "warmth": {
        "more": "{0} shows warmer than {1}",
        "less": "{0} shows cooler than {1}",
        "most": "{0} shows as the warmest object in the picture",
        "least": "{0} shows as the coolest object in the picture",
        "above": "{0} shows clearly warmer than its surroundings",
        "below": "{0} shows clearly cooler than its surroundings",
        "near": "{0} shows about as warm as its surroundings",
    },
    "tones": {
        "more": "{0} shows brighter than {1}",
        "less": "{0} shows darker than {1}",
        "most": "{0} shows as the brightest object in the picture",
        "least": "{0} shows as the darkest object in the picture",
        "above": "{0} shows clearly brighter than its surroundings",
        "below": "{0} shows clearly darker than its surroundings",
        "near": "{0} shows about as bright as its surroundings",
    },
}
_FIGURES: dict[Heat, int] = {"above": 1, "below": 1, "reads": 2}
"""How many figures stand in a sentence of the scale `measured`."""


def list_heat(measured: Sequence[Measured], scale: Scale, mute: Collection[str] = ()) -> tuple[str, ...]:
    """The sentences that clear differences allow, at most six; tiny things and groups say nothing.

    Nothing is said of the labels that are `mute`; but what is hottest is so beside them and all others too.
    """
    names = name_things([one.thing for one in measured if one.thing.area >= TINY])
    named = [one for one in measured if one.thing in names and one.thing.label not in mute]
    named.sort(key=lambda one: -one.thing.area)
    beside = list(_compare_surroundings(named, scale, names))
    read = list(_read_degrees(named, scale, names))[:_MOST_READ]
    facts = [
        *read,
        *beside[: len(read)],  # degrees of a thing say little without those around it
        *_compare_all(named, measured, scale, names),
        *list(_compare_pairs(named, scale, names))[:_MOST_OF_A_KIND],
        *beside[len(read) : _MOST_OF_A_KIND],
    ]
    return tuple(fact.say() for fact in facts[:MOST_FACTS])


def read_fact(sentence: str) -> HeatFact | None:
    """Read a sentence of `list_heat` back; None for any other."""
    for scale, kind, pattern in _PATTERNS:
        if match := pattern.fullmatch(sentence.strip()):
            subject, *more = match.groups()
            figures = _count_figures(scale, kind)
            other = more[0] if more and not figures else ""
            return HeatFact(kind, scale, subject[:1].lower() + subject[1:], other, tuple(more[:figures]))
    return None


def _read_degrees(named: Sequence[Measured], scale: Scale, names: dict[Thing, str]) -> Iterator[HeatFact]:
    """What a camera measured of the largest things."""
    if scale == "measured":
        for one in named:
            if one.most is not None:
                yield HeatFact("reads", scale, names[one.thing], figures=(_write(one.own), _write(one.most)))


def _write(degrees: float) -> str:
    return f"{round(degrees, 1) + 0.0:.1f}"


def _count_figures(scale: Scale, kind: Heat) -> int:
    return _FIGURES.get(kind, 0) if scale == "measured" else 0


def _compare_all(
    named: Sequence[Measured], measured: Sequence[Measured], scale: Scale, names: dict[Thing, str]
) -> Iterator[HeatFact]:
    """Whether one thing is beyond every other, of three or more."""
    if len(measured) < 3:
        return
    ordered = sorted(measured, key=lambda one: one.own)
    ends: tuple[tuple[Heat, Measured, Measured], ...] = (
        ("most", ordered[-1], ordered[-2]),
        ("least", ordered[0], ordered[1]),
    )
    for kind, end, beside in ends:
        if end in named and abs(end.own - beside.own) >= _MARGINS[scale].apart:
            yield HeatFact(kind, scale, names[end.thing])


def _compare_pairs(named: Sequence[Measured], scale: Scale, names: dict[Thing, str]) -> Iterator[HeatFact]:
    """Pairs that clearly differ, those of two labels first, and no label pair twice."""
    told: set[frozenset[str]] = set()
    pairs = sorted(combinations(named, 2), key=lambda pair: pair[0].thing.label == pair[1].thing.label)
    for number, (first, second) in enumerate(pairs):
        labels = frozenset((first.thing.label, second.thing.label))
        if labels in told or abs(first.own - second.own) < _MARGINS[scale].apart:
            continue
        told.add(labels)
        high, low = (first, second) if first.own > second.own else (second, first)
        if number % 2:
            yield HeatFact("less", scale, names[low.thing], names[high.thing])
        else:
            yield HeatFact("more", scale, names[high.thing], names[low.thing])


def _compare_surroundings(
    named: Sequence[Measured], scale: Scale, names: dict[Thing, str]
) -> Iterator[HeatFact]:
    margins = _MARGINS[scale]
    for one in named:
        if one.around is None:
            continue
        step = one.own - one.around
        if abs(step) >= margins.standing_out:
            kind: Heat = "above" if step > 0 else "below"
            figures = (_write(abs(step)),) if _count_figures(scale, kind) else ()
            yield HeatFact(kind, scale, names[one.thing], figures=figures)
        elif abs(step) <= margins.alike:
            yield HeatFact("near", scale, names[one.thing])


_NUMBER = r"(-?\d+\.\d)"
_PATTERNS = tuple(
    (scale, kind, re.compile(f"{form.format('(.+?)', '(.+)', _NUMBER, _NUMBER)}\\."))
    for scale, forms in _FORMS.items()
    for kind, form in forms.items()
)
