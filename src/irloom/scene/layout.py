"""What boxes say for certain: how many there are of each label, and how two of them lie to each other."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from irloom.errors import ModelReplyError
from irloom.scene.nouns import counted, plural, singular

_LINE = re.compile(r"^(?P<label>.+?)(?P<group> \(group\))?: \[(?P<numbers>[^\]]*)\]$")
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
    """`first` lies `words` `second`: "to the left of", "above" …, or both overlap."""

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
        """List every relation of two boxes that holds clearly, the most telling first.

        Telling: both labels occur once, the direction is clear, and the boxes are large.
        """
        numbers = self.counts()
        single = [thing for thing in self.things if not thing.group]
        found = [relation for pair in combinations(single, 2) if (relation := relate(*pair)) is not None]

        def rank(relation: Relation) -> tuple[bool, bool, bool, float]:
            first, second = relation.first, relation.second
            unique = numbers[first.label] == 1 and numbers[second.label] == 1
            twins = first.label == second.label and numbers[first.label] == 2
            return (not unique, not twins, relation.words == "overlaps", -min(first.area, second.area))

        return sorted(found, key=rank)


def read_boxes(lines: str) -> Layout:
    """Read the prompt's `label: [x1, y1, x2, y2]` lines; another form is a ModelReplyError."""
    if lines.strip().lower() in {"", "none"}:
        return Layout(())
    return Layout(tuple(_read_box(line.strip()) for line in lines.splitlines() if line.strip()))


def relate(first: Thing, second: Thing) -> Relation | None:
    """Find the relation of two boxes, with the one on the left or above first; None where none is clear."""
    for axis, words in ((0, "to the left of"), (1, "above")):
        low, high = sorted((first, second), key=lambda thing: thing.centre[axis])
        if precedes(low, high, axis):
            return Relation(low, high, words)
    small, large = sorted((first, second), key=lambda thing: thing.area)
    return Relation(small, large, "overlaps") if _overlap(first, second) else None


def precedes(first: Thing, second: Thing, axis: int) -> bool:
    """Whether one box lies clearly to the left of another (axis 0), or above it (axis 1)."""
    return _clearly_before(_extent(first, axis), _extent(second, axis))


def say_count(label: str, count: int | None) -> str:
    """Say how many there are: "two dogs", or "several people" where a group is among them."""
    return f"several {plural(label)}" if count is None else counted(label, count)


def say_relation(relation: Relation, counts: Mapping[str, int | None]) -> str:
    """Say a relation as a sentence."""
    first, second = relation.first.label, relation.second.label
    subject = _refer(first, counts[first])
    if first != second:
        target = _refer(second, counts[second])
    else:
        target = "the other" if counts[first] == 2 else f"another {singular(second)}"
    return f"{subject} {relation.words if relation.words == 'overlaps' else f'is {relation.words}'} {target}."


def turn_round(relation: Relation) -> Relation:
    """Give the same relation from the other object's side; in an overlap the small one stays first."""
    opposite = {"to the left of": "to the right of", "above": "below"}
    if relation.words not in opposite:
        return relation
    return Relation(relation.second, relation.first, opposite[relation.words])


def ask_relation(relation: Relation, counts: Mapping[str, int | None]) -> str:
    """Ask for a relation as a question."""
    first, second = relation.first.label, relation.second.label
    if first == second:
        return f"How do the {plural(first)} lie in relation to each other?"
    names = [singular(label) if counts[label] == 1 else plural(label) for label in (first, second)]
    verb = "is" if counts[first] == 1 else "are"
    return f"Where {verb} the {names[0]} in relation to the {names[1]}?"


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


def _read_box(line: str) -> Thing:
    match = _LINE.match(line)
    numbers = match["numbers"].split(",") if match else []
    try:
        x1, y1, x2, y2 = map(float, numbers)
    except ValueError:
        raise ModelReplyError(f"a box line reads {line!r}: write it as `label: [x1, y1, x2, y2]`") from None
    label, group = (match["label"], bool(match["group"])) if match else (line, False)
    return Thing(label, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), group)


def _refer(label: str, count: int | None) -> str:
    if count == 1:
        return f"the {singular(label)}"
    return f"one of the {plural(label)}"


def _extent(thing: Thing, axis: int) -> tuple[float, float]:
    return (thing.x1, thing.x2) if axis == 0 else (thing.y1, thing.y2)


def _clearly_before(low: tuple[float, float], high: tuple[float, float]) -> bool:
    """Both edges in order, centres apart, and little in common."""
    step = (high[0] + high[1] - low[0] - low[1]) / 2
    shorter = min(low[1] - low[0], high[1] - high[0])
    ordered = low[0] <= high[0] and low[1] <= high[1]
    return ordered and step >= _MIN_STEP and low[1] - high[0] <= _MOST_OVERLAP * shorter


def _overlap(first: Thing, second: Thing) -> bool:
    return min(first.x2, second.x2) > max(first.x1, second.x1) and min(first.y2, second.y2) > max(
        first.y1, second.y1
    )
