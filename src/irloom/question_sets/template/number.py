"""Counting: how many objects of one kind there are, as a number or among four that are near it."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from irloom.question_sets.template.forms import Candidate, Chosen, Sketch
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Told
from irloom.scene.layout import list_phrases
from irloom.scene.nouns import plural

_CHOICES = 4
_NEAR = 0.15
"""How far two options lie apart, as a share of the right number; 1 at least."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are of some labels, and what these are called."""

    counts: Mapping[str, int]
    things: Mapping[str, str]


class Number:
    """Asks for the number of objects of a label; `choices` gives options."""

    def __init__(self, choices: bool = False) -> None:
        self._choices = choices

    def find(self, told: Told, task: Task, book: TaskBook) -> Counted | str:
        """The numbers of all labels that the task asks about, of which there is one object at least."""
        asked = {label for label in told.counts if task.asks_about(label) and not book.is_vague(label)}
        counts = {
            label: told.counts[label] for label in sorted(asked) if not _has_namesake(label, told, book)
        }
        if counts:
            return Counted(counts, {label: _name_things(label, told.classes, book) for label in counts})
        if told.doubt is not None:
            return told.doubt
        if any(box.crowd and task.asks_about(box.label) for box in told.boxes):
            return "groups that nobody counted"
        return "two labels of one name" if asked else "nothing to count"

    def choose(
        self, candidates: Sequence[Candidate[Counted]], task: Task, book: TaskBook, draw: random.Random
    ) -> Chosen:
        """One label a picture, those with many numbers not more often than others."""
        met: Counter[str] = Counter()
        windows: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        sketches = []
        for candidate in candidates:
            label = min(candidate.facts.counts, key=lambda label: (met[label], draw.random()))
            met[label] += 1
            number = candidate.facts.counts[label]
            options = _offer(number, windows, draw) if self._choices else ()
            sketches.append(_ask(candidate, label, options))
        return Chosen(tuple(sketches))


def _has_namesake(label: str, told: Told, book: TaskBook) -> bool:
    """Whether objects of another label are called the same."""
    return any(book.say(label) == book.say(other) for other in {box.label for box in told.boxes} - {label})


def _name_things(label: str, classes: frozenset[str], book: TaskBook) -> str:
    """The objects that are counted, and what could be taken for them and is a class of its own in the set."""
    others = sorted(
        plural(book.say(other))
        for other in classes - {label}
        if book.are_akin(label, other) and not book.is_vague(other)
    )
    things = plural(book.say(label))
    return f"{things} (not counting {list_phrases(others)})" if others else things


def _offer(number: int, windows: dict[tuple[str, ...], Counter[str]], draw: random.Random) -> tuple[str, ...]:
    """Four numbers at even steps, of which the right one is the least, the second and so on equally often.

    None is 0, which is never right. Where small numbers leave a choice, that is taken which was right less
    often among the same four.
    """
    step = max(1, round(_NEAR * number))
    offers = [
        tuple(str(number + (place - rank) * step) for place in range(_CHOICES))
        for rank in range(_CHOICES)
        if number - rank * step >= 1
    ]
    options = min(offers, key=lambda offer: (windows[offer][str(number)], draw.random()))
    windows[options][str(number)] += 1
    return options


def _ask(candidate: Candidate[Counted], label: str, options: tuple[str, ...]) -> Sketch:
    number = candidate.facts.counts[label]
    return Sketch(
        candidate.picture,
        "choice" if options else "number",
        str(number),
        {"things": candidate.facts.things[label]},
        options,
        truth={"label": label, "count": number},
    )
