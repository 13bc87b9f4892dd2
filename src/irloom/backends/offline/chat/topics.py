"""Common knowledge for questions that need reasoning: about a kind of scene, no claim about the image."""

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from random import Random

from irloom.records import Row, Turn
from irloom.scene.heat import HEAT_WORD, Shows


class Point(Row):
    """A question that does not give the scene away, in several wordings, and what follows from seeing it."""

    asks: tuple[str, ...]
    answer: str


class Topic(Row):
    """What is known of one kind of scene."""

    labels: frozenset[str]
    also: frozenset[str] = frozenset()
    """One of these has to be there too, where any are named."""
    least: int = 1
    """How many of the labels have to be there."""
    points: tuple[Point, ...]

    def fits(self, labels: Collection[str]) -> bool:
        """Whether what is there supports it."""
        there = frozenset(labels)
        return len(self.labels & there) >= self.least and (not self.also or bool(self.also & there))


def reason(labels: Collection[str], dice: Random, shows: Shows = "heat") -> Turn | None:
    """A question and its conclusion by what is there; None where no topic fits."""
    fitting = [topic for topic in read_topics(shows) if topic.fits(labels)]
    if not fitting:
        return None
    point = dice.choice(dice.choice(fitting).points)
    return Turn(question=dice.choice(point.asks), answer=point.answer)


@cache
def read_topics(shows: Shows = "heat") -> tuple[Topic, ...]:
    """The embedded topics, `data/topics.toml`; of a picture that shows no heat, points that speak of none."""
    found = tomllib.loads((files("irloom.data") / "topics.toml").read_text("utf-8"))
    topics = tuple(Topic.model_validate(one) for one in found["topics"])
    if shows == "heat":
        return topics
    left = (topic.model_copy(update={"points": _list_without_heat(topic)}) for topic in topics)
    return tuple(topic for topic in left if topic.points)


def _list_without_heat(topic: Topic) -> tuple[Point, ...]:
    return tuple(
        point for point in topic.points if HEAT_WORD.search(" ".join([*point.asks, point.answer])) is None
    )
