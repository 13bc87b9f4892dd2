"""What a question set holds: its questions, as builders draft them and as they stand in the set."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import Field, FiniteFloat, field_validator, model_validator

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

    `scale`, two temperatures in °C, is the range of the colour bar that is shown; `label` is a text and names
    what is counted.
    """

    @field_validator("truth")
    @classmethod
    def validate_truth(cls, truth: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuse a scale or a label that guesses could not be made of."""
        if "scale" in truth and not _is_range(truth["scale"]):
            raise ValueError(f"scale is {truth['scale']!r}, and not two finite numbers")
        if "label" in truth and not isinstance(truth["label"], str):
            raise ValueError(f"label is {truth['label']!r}, and no text")
        return truth


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
            _check_texts(self.choices)
            if self.answer not in self.choices:
                raise ValueError(f"the answer {self.answer!r} is none of the choices {list(self.choices)}")
        elif self.choices:
            raise ValueError(f"{self.id}: a question of the kind {self.kind!r} has no choices")
        else:
            _check_plain(self)
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

    @model_validator(mode="after")
    def validate_answer(self) -> Self:
        """Refuse a question that cannot be asked or scored; somebody else may have made the set."""
        if self.kind == "choice":
            _check_texts(tuple(self.options.values()))
            if "".join(self.options) != LETTERS[: len(self.options)]:
                raise ValueError(f"the letters {list(self.options)} are not the first of {LETTERS}")
            if self.answer not in self.options:
                raise ValueError(f"the answer {self.answer!r} is none of the letters {list(self.options)}")
        elif self.options:
            raise ValueError(f"{self.id}: a question of the kind {self.kind!r} has no options")
        else:
            _check_plain(self)
        return self


def _check_plain(asked: Draft | Question) -> None:
    """Raise ValueError for an answer that is not of its kind, of a question without options."""
    if asked.kind == "yes_no":
        if asked.answer not in {"yes", "no"}:
            raise ValueError(f"{asked.id}: the answer {asked.answer!r} is neither yes nor no")
    elif not math.isfinite(float(asked.answer)):
        raise ValueError(f"{asked.id}: the answer {asked.answer!r} is no finite number")


def _is_range(scale: object) -> bool:
    """Whether these are two finite numbers."""
    if not isinstance(scale, Iterable) or isinstance(scale, str):
        return False
    ends = list(scale)
    are_numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in ends)
    return len(ends) == 2 and are_numbers and all(map(math.isfinite, ends))


def _check_texts(choices: tuple[str, ...]) -> None:
    folded = [" ".join(one.casefold().split()) for one in choices]
    if not 2 <= len(choices) <= len(LETTERS):
        raise ValueError(f"{len(choices)} choices: a question has 2 to {len(LETTERS)}")
    if len(set(folded)) < len(folded) or "" in folded:
        raise ValueError(f"the choices {list(choices)} are not all different, or one is empty")
