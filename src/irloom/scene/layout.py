"""What boxes say for certain: how many there are of each label, and how two of them lie to each other."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from irloom.errors import ModelReplyError
from irloom.records import Box
from irloom.scene.nouns import counted, plural, singular

_LINE = re.compile(r"^(?P<label>.+?)(?P<group> \(group\))?: \[(?P<numbers>[^\[\]]*+)\]$")
TINY = 0.001
"""Share of the image under which a box is too small to make out, and does not count."""
MOST_COUNTED = 8
"""Above it texts say "many"."""
OPPOSITE = {"to the left of": "to the right of", "to the right of": "to the left of"} | {
    "above": "below",
    "below": "above",
}
_CLEAR_STEP = 0.1
"""How far the centres of two things of one label lie apart before one is "on the left"."""
_MIN_STEP = 0.05
"""How far two centres must lie apart, as a share of the image, before a direction is named."""
_MOST_OVERLAP = 0.25
"""How much two boxes may overlap along a direction, as a share of the shorter one, before it is not named."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A box as the prompt gives it, in 0..1 from the top left."""

    label: str
    x1: float
    y1: float
    x2: float
    y2: float
    group: bool = False

    @property
    def area(self) -> float:
        """Share of the image that the box covers."""
        return (self.x2 - self.x1) * (self.y2 - self.y1)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2


@dataclass(frozen=True, slots=True)
class Relation:
    """`first` lies `words` `second`: "to the left of", "above" and their opposites."""

    first: Thing
    second: Thing
    words: str


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes of an image."""

    things: tuple[Thing, ...]

    def counts(self) -> dict[str, int | None]:
        """Count each label, the frequent ones first; None where a group makes the number unknown."""
        numbers = Counter(thing.label for thing in self.things)
        groups = {thing.label for thing in self.things if thing.group}
        return {label: None if label in groups else number for label, number in numbers.most_common()}

    def relations(self) -> list[Relation]:
        """List every clear relation of two things that can be named apart, the most telling first.

        Telling: the labels differ and occur once, and the boxes are large. Two of one label are left out:
        that one of them lies to the left of the other is true of any two.
        """
        numbers = self.counts()
        pairs = combinations(name_things(self.things), 2)
        found = [relation for pair in pairs if (relation := relate(*pair)) is not None]

        def rank(relation: Relation) -> tuple[int, float]:
            first, second = relation.first, relation.second
            alone = (numbers[first.label] == 1) + (numbers[second.label] == 1)
            return (-alone, -min(first.area, second.area))

        return sorted(found, key=rank)


def is_visible(box: Box) -> bool:
    """Whether an annotated box is large enough to be made out, and so to count."""
    return (box.x2 - box.x1) * (box.y2 - box.y1) >= TINY


def as_thing(box: Box) -> Thing:
    """An annotated box as a thing."""
    return Thing(box.label, box.x1, box.y1, box.x2, box.y2, box.crowd)


def read_boxes(lines: str, least: float = TINY) -> Layout:
    """Read the prompt's `label: [x1, y1, x2, y2]` lines; another form is a ModelReplyError.

    Numbers with a decimal point are fractions, of which boxes under `least` (of the image) are left out;
    lines of whole numbers only are per cent, and hold no such boxes.
    """
    if lines.strip().lower() in {"", "none"}:
        return Layout(())
    found = [_read_box(line.strip()) for line in lines.splitlines() if line.strip()]
    if any("." in number for _, _, numbers in found for number in numbers):
        return Layout(tuple(thing for one in found if (thing := _place(*one, whole=1)).area >= least))
    return Layout(tuple(_place(*one, whole=100) for one in found))


def name_things(things: Sequence[Thing]) -> dict[Thing, str]:
    """Name the things that a phrase singles out: "the dog", "the dog on the left", "the leftmost dog".

    Groups have no name, nor has anything whose label a group has too.
    """
    groups = {thing.label for thing in things if thing.group}
    kinds: dict[str, list[Thing]] = {}
    for thing in things:
        if thing.label not in groups:
            kinds.setdefault(thing.label, []).append(thing)
    return {thing: name for label, alike in kinds.items() for thing, name in _tell_apart(label, alike)}


def _tell_apart(label: str, alike: Sequence[Thing]) -> list[tuple[Thing, str]]:
    noun = singular(label)
    if len(alike) == 1:
        return [(alike[0], f"the {noun}")]
    across = sorted(alike, key=lambda thing: thing.centre[0])
    if len(alike) == 2:
        down = sorted(alike, key=lambda thing: thing.centre[1])
        if across[1].centre[0] - across[0].centre[0] >= _CLEAR_STEP:
            return [(across[0], f"the {noun} on the left"), (across[1], f"the {noun} on the right")]
        if down[1].centre[1] - down[0].centre[1] >= _CLEAR_STEP:
            return [(down[0], f"the upper {noun}"), (down[1], f"the lower {noun}")]
        return []
    ends = ((across[0], across[1], "leftmost"), (across[-1], across[-2], "rightmost"))
    return [
        (thing, f"the {word} {noun}")
        for thing, beside, word in ends
        if abs(thing.centre[0] - beside.centre[0]) >= _MIN_STEP
    ]


def relate(first: Thing, second: Thing) -> Relation | None:
    """Find the relation of two boxes of different labels, with the one on the left or above first."""
    if first.label == second.label:
        return None
    for axis, words in ((0, "to the left of"), (1, "above")):
        low, high = sorted((first, second), key=lambda thing: thing.centre[axis])
        if precedes(low, high, axis):
            return Relation(low, high, words)
    return None


def precedes(first: Thing, second: Thing, axis: int) -> bool:
    """Whether one box lies clearly to the left of another (axis 0), or above it (axis 1)."""
    return _clearly_before(_extent(first, axis), _extent(second, axis))


def say_count(label: str, count: int | None) -> str:
    """Say how many there are: "two dogs", "many cars" above eight, "several people" for a group."""
    if count is not None and count > MOST_COUNTED:
        return f"many {plural(label)}"
    return f"several {plural(label)}" if count is None else counted(label, count)


def say_relation(relation: Relation, names: Mapping[Thing, str]) -> str:
    """Say a relation: "the dog is to the left of the bench"."""
    return f"{names[relation.first]} is {relation.words} {names[relation.second]}"


def turn_round(relation: Relation) -> Relation:
    """Give the same relation from the other thing's side."""
    return Relation(relation.second, relation.first, OPPOSITE[relation.words])


def say_place(thing: Thing) -> str:
    """Say where in the image a box lies, by thirds."""
    if thing.area > 0.6:
        return "across most of the image"
    x, y = thing.centre
    row = "upper" if y < 1 / 3 else "lower" if y > 2 / 3 else ""
    column = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    if not row and not column:
        return "near the centre of the image"
    if not column:
        return f"in the {row} part of the image"
    return f"in the {row} {column} part of the image" if row else f"on the {column} side of the image"


def list_phrases(phrases: Sequence[str]) -> str:
    """Join with commas and a last "and"."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"


def _read_box(line: str) -> tuple[str, bool, list[str]]:
    """The label, whether it is a group, and the four numbers as they stand there."""
    match = _LINE.match(line)
    if match is None:
        raise _refuse(line)
    return match["label"], bool(match["group"]), [number.strip() for number in match["numbers"].split(",")]


def _place(label: str, group: bool, numbers: Sequence[str], *, whole: int) -> Thing:
    try:
        x1, y1, x2, y2 = (float(number) / whole for number in numbers)
    except ValueError:
        raise _refuse(f"{label}: [{', '.join(numbers)}]") from None
    return Thing(label, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), group)


def _refuse(line: str) -> ModelReplyError:
    return ModelReplyError(f"a box line reads {line!r}: write it as `label: [x1, y1, x2, y2]`")


def _extent(thing: Thing, axis: int) -> tuple[float, float]:
    return (thing.x1, thing.x2) if axis == 0 else (thing.y1, thing.y2)


def _clearly_before(low: tuple[float, float], high: tuple[float, float]) -> bool:
    """Both edges in order, centres apart, and little in common."""
    step = (high[0] + high[1] - low[0] - low[1]) / 2
    shorter = min(low[1] - low[0], high[1] - high[0])
    ordered = low[0] <= high[0] and low[1] <= high[1]
    return ordered and step >= _MIN_STEP and low[1] - high[0] <= _MOST_OVERLAP * shorter
