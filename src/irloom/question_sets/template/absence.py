"""Security: which of four objects is not in the picture.

Each kind is to be the missing one in a quarter of the questions that name it, as far as the pictures
allow, and is so in no more than a third.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from irloom.question_sets.template.choice import WRONG
from irloom.question_sets.template.forms import Candidate, Chosen, Sketch, area, pick_apart, shuffle_by_weight
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Picture, Told

TOO_ALIKE = "no four kinds that differ, of which one is missing"
TOO_OFTEN = "kinds that would be the missing one too often"
_MOST_MISSING = 1 / 3
"""Share of the questions that name a kind in which it may be the missing one, and one more."""
_PULL = 4
"""How strongly a kind is preferred that was missing too seldom, or there."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Kinds that are plainly in a picture, and those that certainly are not."""

    present: tuple[str, ...]
    absent: tuple[str, ...]


class Absence:
    """Which of four kinds is missing."""

    def find(self, told: Told, task: Task, book: TaskBook) -> Presence | str:
        """The kinds of the set that are in the picture and those that are not; doubtful ones are neither."""
        if told.doubt is not None:
            return told.doubt
        there = {box.label for box in told.boxes}
        plain = {box.label for box in told.boxes if area(box) >= task.least_area} & told.classes
        present = sorted(label for label in plain if _is_asked(label, task, book))
        absent = sorted(
            label
            for label in told.classes - there
            if _is_asked(label, task, book) and not any(book.are_akin(label, other) for other in there)
        )
        if pick_apart((), present, WRONG, book) is None:
            return f"fewer than {WRONG} kinds in the picture"
        return Presence(tuple(present), tuple(absent)) if absent else "no kind that is not in the picture"

    def choose(
        self, candidates: Sequence[Candidate[Presence]], task: Task, book: TaskBook, draw: random.Random
    ) -> Chosen:
        """One missing kind a picture, with three that are there; one seen nowhere is never missing."""
        seen = {label for candidate in candidates for label in candidate.facts.present}
        shares = _Shares()
        picked = [(candidate, _pick(candidate.facts, seen, shares, book, draw)) for candidate in candidates]
        sketches = [_ask(candidate, *found, book) for candidate, found in picked if found is not None]
        surplus = shares.find_surplus(sketches)
        return Chosen(
            tuple(sketch for sketch in sketches if sketch.picture not in surplus),
            (
                *((TOO_ALIKE, candidate.picture) for candidate, found in picked if found is None),
                *((TOO_OFTEN, picture) for picture in surplus),
            ),
        )


class _Shares:
    """How often each kind was the missing one, and how often it was there."""

    def __init__(self) -> None:
        self._missing: Counter[str] = Counter()
        self._there: Counter[str] = Counter()

    def weigh_missing(self, labels: Iterable[str]) -> dict[str, float]:
        return {label: self._lack(label) ** _PULL for label in labels}

    def weigh_there(self, labels: Iterable[str]) -> dict[str, float]:
        return {label: (1 / self._lack(label)) ** _PULL for label in labels}

    def add(self, missing: str, there: Sequence[str]) -> None:
        self._missing[missing] += 1
        self._there.update(there)

    def find_surplus(self, sketches: Sequence[Sketch]) -> tuple[Picture, ...]:
        """The pictures of questions whose missing kind is missing too often, the last ones first."""
        surplus = []
        for sketch in reversed(sketches):
            kind = sketch.truth["missing"]
            if self._missing[kind] > 1 + _MOST_MISSING * (self._missing[kind] + self._there[kind]):
                self._missing[kind] -= 1
                surplus.append(sketch.picture)
        return tuple(surplus)

    def _lack(self, label: str) -> float:
        """Above 1 for a kind that was missing too seldom."""
        return (self._there[label] + WRONG) / (WRONG * self._missing[label] + WRONG)


def _pick(
    facts: Presence, seen: set[str], shares: _Shares, book: TaskBook, draw: random.Random
) -> tuple[str, tuple[str, ...]] | None:
    """A missing kind with three that are there; None where no four differ."""
    there = shuffle_by_weight(shares.weigh_there(facts.present), draw)
    for missing in shuffle_by_weight(shares.weigh_missing(seen.intersection(facts.absent)), draw):
        found = pick_apart((missing,), there, WRONG, book)
        if found is not None:
            shares.add(missing, found)
            return missing, found
    return None


def _ask(candidate: Candidate[Presence], missing: str, there: tuple[str, ...], book: TaskBook) -> Sketch:
    return Sketch(
        candidate.picture,
        "choice",
        book.say(missing),
        options=tuple(map(book.say, (missing, *there))),
        truth={"missing": missing, "present": there},
    )


def _is_asked(label: str, task: Task, book: TaskBook) -> bool:
    return task.asks_about(label) and not book.is_vague(label)
