"""What a question set holds: its questions, as builders draft them and as they stand in the set."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from irloom.records import Row
from irloom.shots import Shot

Part = Literal["train", "test"]
AnswerKind = Literal["choice", "number", "yes_no", "temperature", "difference"]
"""A temperature is read in any scale and brought to °C; a difference is a number of kelvin."""
LETTERS = "ABCD"
"""Of options; no question has more."""
PARTS: tuple[Part, ...] = ("train", "test")


class _Asked(Row):
    """What drafts and questions have in common."""

    id: str = Field(min_length=1)
    task: str
    kind: AnswerKind
    images: tuple[Shot, ...] = Field(min_length=1)
    """Names are relative to `images/` of the set; marks and crops are drawn when it is asked."""
    question: str
    within: FiniteFloat = Field(default=0.0, ge=0)
    """How far a number may be off and yet be right, in its own unit."""
    phrasing: str
    """Name of the phrasing in the data file."""
    strict_group: str | None = None
    """Questions of one strict group count as right only together."""
    source: str
    """The set and the id that the image has there."""
    truth: Mapping[str, Any] = Field(default_factory=dict)
    """What the answer was read from: boxes, counts or temperatures, so that a reader can check it.

    `scale`, two temperatures in °C, is the range of the colour bar that is shown.
    """


class Draft(_Asked):
    """A question as a builder makes it: its part, its group and its letters are still open."""

    sequence: str
    """A video, a place or a scene whose images never part; for a still the name of its image."""
    choices: tuple[str, ...] = ()
    """Texts of the options, two to four; empty for a question without options. The order means nothing."""
    evened: str = ""
    """Of the questions of a task and a part that share it, as many are answered with yes as with no."""
    answer: str
    """The text of the right choice, a number, `yes` or `no`, or a temperature in °C."""

    @model_validator(mode="after")
    def validate_answer(self) -> Self:
        """Refuse a question that has no answer of its kind, or more than one."""
        if self.kind == "choice":
            _check_choices(self.choices, self.answer)
        elif self.choices:
            raise ValueError(f"{self.id}: a question of the kind {self.kind!r} has no choices")
        elif self.kind == "yes_no" and self.answer not in {"yes", "no"}:
            raise ValueError(f"{self.id}: the answer {self.answer!r} is neither yes nor no")
        elif self.kind != "yes_no":
            float(self.answer)
        return self


class Question(_Asked):
    """One question of a set, a line of `questions.jsonl`."""

    part: Part
    group: str
    """Images of one group never part: a sequence, a scene, or an image with its twins."""
    options: Mapping[str, str] = Field(default_factory=dict)
    """By letter; empty for a question without options."""
    answer: str
    """A letter, a number, `yes` or `no`, or a temperature in °C."""


def _check_choices(choices: tuple[str, ...], answer: str) -> None:
    folded = [" ".join(one.casefold().split()) for one in choices]
    if not 2 <= len(choices) <= len(LETTERS):
        raise ValueError(f"{len(choices)} choices: a question has 2 to {len(LETTERS)}")
    if len(set(folded)) < len(folded) or "" in folded:
        raise ValueError(f"the choices {list(choices)} are not all different, or one is empty")
    if answer not in choices:
        raise ValueError(f"the answer {answer!r} is none of the choices {list(choices)}")
