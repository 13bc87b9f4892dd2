"""Recognition: what the object in the drawn frame is, and scene: what kind of place the picture shows.

Sets of tracked objects annotate one object of a picture and say nothing of the others, which could be right
options too. A frame around the object leaves one.
"""

import random
from collections.abc import Sequence
from typing import Any

from irloom.question_sets.template.choice import TOO_FEW, Offer, offer_kinds
from irloom.question_sets.template.forms import Candidate, Chosen, Sketch, area, as_numbers, rank
from irloom.question_sets.template.tasks import Task, TaskBook
from irloom.question_sets.template.told import Told
from irloom.records import Box

_MOST_SHARED = 0.1
"""Share of a framed object that another annotated one may cover."""


class Recognition:
    """Which of four kinds the framed object is."""

    def find(self, told: Told, task: Task, book: TaskBook) -> Box | str:
        """An object that a frame singles out; of several one drawn by its place."""
        if told.doubt == "broken annotations":
            return told.doubt
        named = [box for box in told.boxes if task.asks_about(box.label) and not book.is_vague(box.label)]
        large = [box for box in named if not box.crowd and area(box) >= task.least_area]
        if not large:
            return "objects too small, or in groups" if named else "nothing annotated"
        clear = [box for box in large if not _is_covered(box, told.boxes)]
        if not clear:
            return "objects that touch, or lie too close to each other"
        return min(clear, key=lambda box: rank(*told.picture.key, box.label, str(as_numbers(box))))

    def choose(
        self, candidates: Sequence[Candidate[Box]], task: Task, book: TaskBook, draw: random.Random
    ) -> Chosen:
        """Give each object three other kinds of its set."""
        kinds = [candidate.facts.label for candidate in candidates]
        return _offer_all(candidates, kinds, task, book, draw)


class Scene:
    """Which of four kinds of place a picture shows."""

    def find(self, told: Told, task: Task, book: TaskBook) -> str | tuple[str]:
        """What the set says of the whole picture."""
        kind = told.scene.get(task.scene_key)
        if not kind:
            return f"no {task.scene_key} told"
        return (
            (kind,) if task.asks_about(kind) and not book.is_vague(kind) else "kinds that are not asked about"
        )

    def choose(
        self, candidates: Sequence[Candidate[tuple[str]]], task: Task, book: TaskBook, draw: random.Random
    ) -> Chosen:
        """Give each picture three other kinds of its set."""
        kinds = [candidate.facts[0] for candidate in candidates]
        return _offer_all(candidates, kinds, task, book, draw)


def _offer_all(
    candidates: Sequence[Candidate[Any]],
    kinds: Sequence[str],
    task: Task,
    book: TaskBook,
    draw: random.Random,
) -> Chosen:
    offers = list(offer_kinds(kinds, task.more_options, book, draw))
    pairs = list(zip(candidates, offers, strict=True))
    return Chosen(
        tuple(_ask(candidate, offer, book) for candidate, offer in pairs if offer is not None),
        tuple((TOO_FEW, candidate.picture) for candidate, offer in pairs if offer is None),
    )


def _ask(candidate: Candidate[Any], offer: Offer, book: TaskBook) -> Sketch:
    marked = candidate.facts if isinstance(candidate.facts, Box) else None
    place = {"box": as_numbers(marked)} if marked is not None else {}
    return Sketch(
        candidate.picture,
        "choice",
        book.say(offer.right),
        options=tuple(map(book.say, (offer.right, *offer.wrong))),
        marked=marked,
        truth={"label": offer.right, "others": offer.wrong, **place},
    )


def _is_covered(box: Box, boxes: Sequence[Box]) -> bool:
    """Whether another object lies in the frame to more than a little, or the frame in it."""
    return any(
        _shared(box, other) > _MOST_SHARED * min(area(box), area(other) or 1)
        for other in boxes
        if other is not box
    )


def _shared(one: Box, other: Box) -> float:
    across = min(one.x2, other.x2) - max(one.x1, other.x1)
    down = min(one.y2, other.y2) - max(one.y1, other.y1)
    return max(across, 0.0) * max(down, 0.0)
