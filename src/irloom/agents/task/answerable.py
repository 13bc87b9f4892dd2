"""What can be asked of a scene, kind by kind: only what its captions, boxes and heat can answer."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from irloom.agents.task.quotas import Quotas
from irloom.records import Box
from irloom.scene.agreement import find_disputed
from irloom.scene.heat import Shows
from irloom.scene.layout import (
    MOST_COUNTED,
    Layout,
    as_thing,
    is_visible,
    name_things,
    say_place,
    say_relation,
    turn_round,
)
from irloom.scene.nouns import NUMBERS, mentioned, plural, singular
from irloom.scene.questions import Kind

_MOST_RELATIONS = 6


@dataclass(frozen=True)
class View:
    """All that is known of a sample."""

    captions: tuple[str, ...]
    """The chosen captions and the originals: what either names is not absent."""
    boxes: tuple[Box, ...]
    heat: tuple[str, ...]
    annotated: frozenset[str]
    """Labels that the file of boxes knows: see `InfraredBackends.annotated`."""
    shows: Shows = "heat"
    """Whether what is told of bright and dark speaks of heat."""

    @cached_property
    def layout(self) -> Layout:
        """The boxes that can be made out."""
        return Layout(tuple(as_thing(box) for box in self.boxes if is_visible(box)))

    @cached_property
    def disputed(self) -> frozenset[str]:
        """Labels of which captions tell another number: which one is meant is as open as how many."""
        return find_disputed(self.captions, self.layout.counts())

    @cached_property
    def text(self) -> str:
        """All captions."""
        return "\n".join(self.captions)


def list_targets(view: View, quotas: Quotas) -> dict[Kind, list[str]]:
    """What each kind of question can be about, the best first; empty for what the scene cannot answer."""
    found: Mapping[Kind, Callable[[], list[str]]] = {
        "present": lambda: list(view.layout.counts()),
        "absent": lambda: list_absent(view, quotas),
        "count": lambda: list_counts(view),
        "place": lambda: list_places(view),
        "relation": lambda: list_relations(view),
        "action": lambda: [""] if view.captions else [],
        "thermal": lambda: list_certain(view) if view.shows == "heat" else [],
        "tone": lambda: list_certain(view) if view.shows == "tones" else [],
        "steps": lambda: [""],
        "unanswerable": lambda: list_untold(view, quotas),
    }
    return {kind: find() for kind, find in found.items()}


def list_absent(view: View, quotas: Quotas) -> list[str]:
    """Labels that the file annotates, and that this image has no box of and no caption names or hints at.

    Likely company of what is there comes first. Nothing is known of an image without a single box.
    """
    if not view.boxes:
        return []
    there = {box.label for box in view.boxes} | mentioned(view.text, view.annotated)
    hinted: set[str] = set()
    for words, labels in quotas.hints.items():
        if re.search(rf"(?i)\b(?:{words})\b", view.text):
            hinted |= labels
    company = Counter(
        label for one in quotas.company for label in one.labels for _ in range(len(one.labels & there))
    )
    absent = [label for label in view.annotated - there - hinted if not _shares_a_word(label, there)]
    return sorted(absent, key=lambda label: (-company[label], label))


def list_certain(view: View) -> list[str]:
    """What was measured of things that can be told apart."""
    return [fact for fact in view.heat if not mentioned(fact, view.disputed) & view.disputed]


def list_counts(view: View) -> list[str]:
    """Labels whose number is certain, as "person (three)"; those that occur once only where no other does."""
    unseen = {box.label for box in view.boxes if not is_visible(box)}
    counts = view.layout.counts()
    certain = {
        label: count
        for label, count in counts.items()
        if count is not None and label not in unseen | view.disputed
    }
    told = [(label, count) for label, count in certain.items() if count > 1] or list(certain.items())
    return [f"{label} ({_say_number(count)})" for label, count in told]


def list_places(view: View) -> list[str]:
    """Where the largest things lie that are the only ones of their label."""
    counts = view.layout.counts()
    names = {
        thing: name
        for thing, name in name_things(view.layout.things).items()
        if counts[thing.label] == 1 and thing.label not in view.disputed
    }
    ordered = sorted(names, key=lambda thing: -thing.area)
    return [f"{names[thing]} is {say_place(thing)}" for thing in ordered[:3]]


def list_relations(view: View) -> list[str]:
    """How things lie to each other that can be named apart, half of them from the other side."""
    names = name_things(view.layout.things)
    certain = [
        one for one in view.layout.relations() if not {one.first.label, one.second.label} & view.disputed
    ]
    return [
        say_relation(turn_round(relation) if number % 2 else relation, names)
        for number, relation in enumerate(certain[:_MOST_RELATIONS])
    ]


def list_untold(view: View, quotas: Quotas) -> list[str]:
    """What the picture cannot tell of what is there."""
    counts = view.layout.counts()
    special = [
        one.what.format(singular(label) if counts[label] == 1 else plural(label))
        for one in quotas.unanswerable
        for label in one.labels
        if label in counts
    ]
    return special or [one.what for one in quotas.unanswerable if not one.labels]


def _shares_a_word(label: str, there: Collection[str]) -> bool:
    """Whether a label's last word ends one that is there: a "hot dog" may be called a dog."""
    return any(label.split()[-1] == other.split()[-1] for other in there)


def _say_number(count: int) -> str:
    return "many" if count > MOST_COUNTED else NUMBERS[count]
