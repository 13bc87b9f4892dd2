"""How often which question is asked, and what goes together in a scene: `data/questions.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from irloom.records import Row
from irloom.scene.questions import Kind


class Conversation(Row):
    """How many questions a conversation has, and of which kinds."""

    least: int = Field(ge=1)
    most: int = Field(ge=1)
    weights: dict[Kind, float]
    """How likely each kind is drawn, against the others."""
    most_of: dict[Kind, int]


class Reasoning(Row):
    """What the one question of a reasoning task turns on."""

    weights: dict[Kind, float]


class Description(Row):
    """What a description dwells on."""

    weights: dict[Kind | Literal["nothing"], float]


class Company(Row):
    """Labels that go together."""

    labels: frozenset[str]


class Untold(Row):
    """Something that an infrared picture cannot tell of some labels, or of any scene where none are named."""

    what: str
    labels: tuple[str, ...]


class Quotas(Row):
    """The whole file."""

    conversation: Conversation
    reasoning: Reasoning
    description: Description
    denied: dict[Kind, float]
    company: tuple[Company, ...]
    hints: dict[str, frozenset[str]]
    """Words that speak of several labels at once, as alternatives of a regular expression."""
    unanswerable: tuple[Untold, ...]


@cache
def read_quotas() -> Quotas:
    """The embedded file."""
    return Quotas.model_validate(tomllib.loads((files("irloom.data") / "questions.toml").read_text("utf-8")))
