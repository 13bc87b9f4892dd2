"""The vocabulary of an evaluation: questions, asks, replies and how they are read."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from irloom.records import Fault, Row

Sight = Literal["infrared", "visible"]
"""Which picture of a question is shown; `visible` is the visible-light translation of the infrared one."""
Reader = Literal["rule", "checker"]
"""Who read an answer: a rule, or the checker model where the rule could not."""


class Wording(Row):
    """A question in one language."""

    question: str
    options: Mapping[str, str]
    """By letter; empty for a question without options."""


class Item(Row):
    """One unit of work: a question about an image, in all its languages."""

    id: str
    image: str
    """Name of the infrared image in the user's folder; empty where none is shown."""
    dimension: str
    group: str
    """What several dimensions have in common."""
    answer: str
    """The right one: a letter for a choice."""
    wordings: Mapping[str, Wording]
    """By language."""
    fault: Fault | None = None
    """Set by the source where nothing can be asked, such as without the image."""


class Posed(Row):
    """One ask of a question: what is shown, in which words, and what is right."""

    name: str
    """Its name in the run, unique in its question."""
    variant: str
    language: str
    rotation: int = 0
    prompt: str
    fields: Mapping[str, str]
    sights: tuple[Sight, ...]
    """In the order in which they are shown."""
    options: Mapping[str, str]
    """As they stand in this ask."""
    right: str
    indented: bool = False
    """Whether the text is laid out as in a program's source."""


class Heard(Row):
    """What came back for an ask."""

    text: str
    thinking: str | None = None
    finish: str = "stop"

    @property
    def is_cut(self) -> bool:
        """Whether a limit of tokens ended it."""
        return self.finish in {"length", "context"}


class Reading(Row):
    """How one rule reads a reply; `read` is None where it cannot."""

    read: str | None
    read_by: Reader | None
    correct: bool


class Answer(Row):
    """An ask with its reply, read in every way that the benchmark knows."""

    posed: Posed
    heard: Heard
    readings: Mapping[str, Reading] = Field(min_length=1)
