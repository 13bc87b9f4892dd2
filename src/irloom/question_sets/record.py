"""What a question set holds: its questions, and what is said of the whole in `set.json`."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from irloom.records import Row
from irloom.shots import Shot

Part = Literal["train", "test"]
AnswerKind = Literal["choice", "number", "yes_no", "temperature"]


class Question(Row):
    """One question of a set, a line of `questions.jsonl`."""

    id: str
    task: str
    kind: AnswerKind
    part: Part
    group: str
    """Images of one group never part: a sequence, a scene, or an image with its twins."""
    images: tuple[Shot, ...]
    """Names are relative to `images/` of the set; marks and crops are drawn when it is asked."""
    question: str
    options: Mapping[str, str] = Field(default_factory=dict)
    """By letter; empty for a question without options."""
    answer: str
    """A letter, a number, `yes` or `no`, or a temperature in °C."""
    phrasing: str
    """Name of the phrasing in the data file."""
    strict_group: str | None = None
    """Questions of one strict group count as right only together."""
    source: str
    """The set and the id that the image has there."""
    truth: Mapping[str, Any] = Field(default_factory=dict)
    """What the answer was read from: boxes, counts or temperatures, so that a reader can check it."""
