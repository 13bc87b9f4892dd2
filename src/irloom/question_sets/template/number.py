"""Counting: how many objects of one kind there are, as a number or among four that are near it."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from irloom.question_sets.template.forms import Candidate, Chosen, Sketch
from irloom.question_sets.template.near_numbers import TOO_OFTEN, offer_numbers
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Told
from irloom.scene.layout import list_phrases
from irloom.scene.nouns import plural


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
        sketches = []
        for candidate in candidates:
            label = min(candidate.facts.counts, key=lambda label: (met[label], draw.random()))
            met[label] += 1
            sketches.append(_ask(candidate, label))
        if not self._choices:
            return Chosen(tuple(sketches))
        offered = offer_numbers([(sketch.truth["label"], sketch.truth["count"]) for sketch in sketches], draw)
        pairs = list(zip(sketches, offered, strict=True))
        return Chosen(
            tuple(replace(sketch, kind="choice", options=options) for sketch, options in pairs if options),
            tuple((TOO_OFTEN, sketch.picture) for sketch, options in pairs if not options),
        )


def _has_namesake(label: str, told: Told, book: TaskBook) -> bool:
    """Whether objects of another label are there that are called the same."""
    others = {box.label for box in told.boxes} | told.counts.keys()
    return any(_are_namesakes(label, other, book) for other in others - {label})


def _are_namesakes(label: str, other: str, book: TaskBook) -> bool:
    return plural(book.say(label)).casefold() == plural(book.say(other)).casefold()


def _name_things(label: str, classes: frozenset[str], book: TaskBook) -> str:
    """The objects that are counted, and what could be taken for them and is a class of its own in the set."""
    others = sorted(
        plural(book.say(other))
        for other in classes - {label}
        if book.are_akin(label, other) and not book.is_vague(other) and not _are_namesakes(label, other, book)
    )
    things = plural(book.say(label))
    return f"{things} (not counting {list_phrases(others)})" if others else things


def _ask(candidate: Candidate[Counted], label: str) -> Sketch:
    number = candidate.facts.counts[label]
    return Sketch(
        candidate.picture,
        "number",
        str(number),
        {"things": candidate.facts.things[label]},
        truth={"label": label, "count": number},
    )
