"""Common knowledge for questions that need reasoning: about a kind of scene, no claim about the image."""

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from random import Random

from irloom.records import Row, Turn


class Topic(Row):
    """Questions that do not give the scene away, and what follows from seeing it."""

    labels: frozenset[str]
    also: frozenset[str] = frozenset()
    """One of these has to be there too, where any are named."""
    least: int = 1
    """How many of the labels have to be there."""
    questions: tuple[str, ...]
    conclusions: tuple[str, ...]

    def fits(self, labels: Collection[str]) -> bool:
        """Whether what is there supports it."""
        there = frozenset(labels)
        return len(self.labels & there) >= self.least and (not self.also or bool(self.also & there))


def reason(labels: Collection[str], dice: Random) -> Turn | None:
    """A question and its conclusion by what is there; None where no topic fits."""
    fitting = [topic for topic in read_topics() if topic.fits(labels)]
    if not fitting:
        return None
    topic = dice.choice(fitting)
    return Turn(question=dice.choice(topic.questions), answer=dice.choice(topic.conclusions))


@cache
def read_topics() -> tuple[Topic, ...]:
    """The embedded topics: `data/topics.toml`."""
    found = tomllib.loads((files("irloom.data") / "topics.toml").read_text("utf-8"))
    return tuple(Topic.model_validate(one) for one in found["topics"])
