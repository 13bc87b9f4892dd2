"""What every form of task does: find what can be asked about a picture, and choose what is asked."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from irloom.question_sets.record import AnswerKind
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Picture, Told
from irloom.records import Box

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[F]):
    """A picture with what a task can ask about it."""

    picture: Picture
    facts: F


@dataclass(frozen=True, slots=True)
class Sketch:
    """A question without its words."""

    picture: Picture
    kind: AnswerKind
    answer: str
    """One of the options, `yes`, `no` or a number."""
    slots: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    """As they are said, in an order that tells nothing; empty for a question without options."""
    marked: Box | None = None
    """The object that a frame is drawn around."""
    truth: Mapping[str, Any] = field(default_factory=dict)
    evened: str = ""
    """Among the questions that share it half are to be answered with yes."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is asked of one set for one task, and why other pictures are not."""

    sketches: tuple[Sketch, ...] = ()
    left_out: tuple[tuple[str, Picture], ...] = ()
    """The reason first."""


class Form(Protocol[F]):
    """One way to make questions of annotations."""

    def find(self, told: Told, task: Task, book: TaskBook) -> F | str:
        """What can be asked about a picture, or why nothing can."""
        ...

    def choose(
        self, candidates: Sequence[Candidate[F]], task: Task, book: TaskBook, draw: random.Random
    ) -> Chosen:
        """Choose among what was found in one set and part, so that nothing gives the answers away."""
        ...


def rank(*what: str) -> bytes:
    """A place in an order that only a seed and names decide."""
    return hashlib.sha256("\n".join(what).encode()).digest()


def pick_apart(
    taken: Sequence[str], pool: Sequence[str], number: int, book: TaskBook
) -> tuple[str, ...] | None:
    """The first labels of a pool of which one object can bear no two, nor one with those taken.

    None where there are too few.
    """
    if number == 0:
        return ()
    for place, label in enumerate(pool):
        if any(book.are_akin(label, other) for other in taken):
            continue
        rest = pick_apart((*taken, label), pool[place + 1 :], number - 1, book)
        if rest is not None:
            return (label, *rest)
    return None


def shuffle_by_weight(weights: Mapping[str, float], draw: random.Random) -> list[str]:
    """Labels in a random order in which heavy ones tend to come first (Efraimidis and Spirakis, 2006)."""
    keys = {label: draw.random() ** (1 / weight) for label, weight in sorted(weights.items())}
    return sorted(keys, key=lambda label: (-keys[label], label))


def as_numbers(box: Box) -> tuple[float, float, float, float]:
    """The edges of a box, as a truth keeps them."""
    return box.x1, box.y1, box.x2, box.y2


def area(box: Box) -> float:
    """Share of the image that a box covers."""
    return (box.x2 - box.x1) * (box.y2 - box.y1)
