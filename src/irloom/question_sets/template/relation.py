"""Locate: whether one of two objects lies to the left of the other, to the right, above or below.

Every statement is asked of as many pictures of which it is true as of others, so that words alone tell
nothing: that traffic lights hang above cars is known without a picture. "The dog is above the cat" and "the
cat is below the dog" are one statement.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from irloom.question_sets.template.forms import Candidate, Chosen, Sketch, area, as_numbers
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Told
from irloom.records import Box

Axis = Literal["across", "down"]
_WORDS: dict[Axis, tuple[str, str]] = {
    "across": ("to the left of", "to the right of"),
    "down": ("above", "below"),
}


UNMATCHED = "no picture with the same objects the other way round"


@dataclass(frozen=True, slots=True)
class Order:
    """Two objects of which the first lies clearly before the second: more to the left, or higher."""

    axis: Axis
    first: Box
    second: Box

    @property
    def key(self) -> tuple[Axis, str, str]:
        """The axis with the labels in their order."""
        return self.axis, self.first.label, self.second.label

    @property
    def opposite(self) -> tuple[Axis, str, str]:
        """The key of two such objects the other way round."""
        return self.axis, self.second.label, self.first.label


Found = tuple[Order, ...]


class Relation:
    """Statements about where two objects lie to each other, of which half are true."""

    def find(self, told: Told, task: Task, book: TaskBook) -> Found | str:
        """All clear orders of two objects that nothing else in the picture can be mistaken for."""
        if told.doubt is not None:
            return told.doubt
        alone = [box for box in told.boxes if _is_alone(box, told, task, book)]
        if len(alone) < 2:
            return "no second object that is the only one of its kind"
        orders = tuple(order for pair in combinations(alone, 2) for order in _order(*pair, task))
        return orders or "objects that touch, or lie too close to each other"

    def choose(
        self, candidates: Sequence[Candidate[Found]], task: Task, book: TaskBook, draw: random.Random
    ) -> Chosen:
        """Pair each picture with one that has two such objects the other way round; the rest is left out."""
        sketches = tuple(sketch for pair in _pair(candidates, draw) for sketch in _state(*pair, book, draw))
        asked = {sketch.picture.key for sketch in sketches}
        rest = tuple(candidate.picture for candidate in candidates if candidate.picture.key not in asked)
        return Chosen(sketches, tuple((UNMATCHED, picture) for picture in rest))


def _is_alone(box: Box, told: Told, task: Task, book: TaskBook) -> bool:
    """Whether "the dog" can be this one only."""
    return (
        told.counts.get(box.label) == 1
        and task.asks_about(box.label)
        and not book.is_vague(box.label)
        and area(box) >= task.least_area
        and not any(book.are_akin(box.label, other.label) for other in told.boxes if other is not box)
    )


def _order(one: Box, other: Box, task: Task) -> Iterator[Order]:
    """The orders of two boxes in which neither their middles nor their edges leave a doubt."""
    axes: tuple[Axis, ...] = ("across", "down")
    for axis in axes:
        first, second = sorted((one, other), key=lambda box: _middle(box, axis))
        far_apart = _middle(second, axis) - _middle(first, axis) >= task.margin
        if far_apart and _extent(second, axis)[0] - _extent(first, axis)[1] >= task.gap:
            yield Order(axis, first, second)


def _extent(box: Box, axis: Axis) -> tuple[float, float]:
    return (box.x1, box.x2) if axis == "across" else (box.y1, box.y2)


def _middle(box: Box, axis: Axis) -> float:
    return sum(_extent(box, axis)) / 2


_Placed = tuple[Candidate[Found], Order]


def _pair(candidates: Sequence[Candidate[Found]], draw: random.Random) -> Iterator[tuple[_Placed, _Placed]]:
    """Pairs of pictures, each of which is in one pair at most."""
    waiting: dict[tuple[Axis, str, str], list[_Placed]] = defaultdict(list)
    paired: set[tuple[str, str]] = set()
    for candidate in candidates:
        orders = draw.sample(candidate.facts, len(candidate.facts))
        for order in orders:
            partners = waiting[order.opposite]
            while partners and partners[-1][0].picture.key in paired:
                partners.pop()
            if partners:
                partner = partners.pop()
                paired |= {candidate.picture.key, partner[0].picture.key}
                yield partner, (candidate, order)
                break
        else:
            for order in orders:
                waiting[order.key].append((candidate, order))


def _state(one: _Placed, other: _Placed, book: TaskBook, draw: random.Random) -> Iterator[Sketch]:
    """The same statement about both pictures: it is true of one of them."""
    axis, *labels = one[1].key
    first, second = draw.sample(labels, 2)
    for candidate, order in (one, other):
        answer = "yes" if order.first.label == first else "no"
        subject, word, thing = draw.choice(((first, 0, second), (second, 1, first)))
        slots = {"first": book.say(subject), "relation": _WORDS[axis][word], "second": book.say(thing)}
        boxes = {box.label: as_numbers(box) for box in (order.first, order.second)}
        truth = {"first": subject, "relation": _WORDS[axis][word], "second": thing, "boxes": boxes}
        yield Sketch(
            candidate.picture, "yes_no", answer, slots, truth=truth, evened=f"{axis}: {first}, then {second}"
        )
