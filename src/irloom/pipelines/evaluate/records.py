"""The vocabulary of an evaluation: questions, asks, replies and how they are read."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from irloom.protocols import ReplySchema
from irloom.records import Fault, Row
from irloom.shots import Edges as Edges
from irloom.shots import Mark as Mark
from irloom.shots import Shot as Shot  # named here for benchmarks of other packages

Sight = Literal["infrared", "visible"]
"""Which pictures of a question are shown: all infrared ones, or the visible-light translation of each."""
SIGHTS: tuple[Sight, ...] = ("infrared", "visible")
Reader = Literal["rule", "checker"]
"""Who read an answer: a rule, or the checker model where the rule could not."""

CHECK = "evaluate/check"
"""The checker's prompt where an ask names no other."""
QUESTION_COLUMNS = frozenset(
    {
        *("sample", "question", "images", "options", "answer", "dimension", "language", "group"),
        *("source", "sources", "shots", "visible"),
        *("rules", "attempt", "models", "answered_by", "prompts", "seed", "irloom"),
    }
)
"""What rows of questions hold by themselves, which a benchmark's own columns may not be called."""


class Wording(Row):
    """A question in one language."""

    question: str
    options: Mapping[str, str]
    """By letter; empty for a question without options."""


class Item(Row):
    """One unit of work: a question about one or more images, in all its languages."""

    id: str
    images: tuple[Shot, ...]
    """In the order in which they are shown; none where the words alone are asked."""
    dimension: str
    group: str
    """What several dimensions have in common."""
    answer: str
    """The right one: a letter for a choice."""
    wordings: Mapping[str, Wording]
    """By language."""
    about: Mapping[str, Any] = Field(default_factory=dict)
    """Further columns of its rows in `questions.jsonl`."""
    fault: Fault | None = None
    """Set by the source where nothing can be asked, such as without the image."""

    @field_validator("about")
    @classmethod
    def refuse_taken_columns(cls, about: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuse columns that would hide those of every question."""
        if taken := sorted(QUESTION_COLUMNS & about.keys()):
            raise ValueError(f"rows of questions have a column {taken[0]!r} already: call this one otherwise")
        return about


class ReplyForm(Row):
    """The form in which a reply is wanted; one in another form is asked for once more."""

    schema_: ReplySchema
    words: str
    """As a repair tells it."""


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
    within: float = 0.0
    """How far a number may be off and yet be right, where the rule asks the question."""
    indented: bool = False
    """Whether the text is laid out as in a program's source."""
    top_logprobs: int = 0
    """How many of the likeliest first tokens of the reply are wanted; 0 for none."""
    form: ReplyForm | None = None
    """Of a structured reply; None for free text."""
    check: str = CHECK
    """The checker's prompt, with a slot `reply`; `Benchmark.prompts` names its folder."""
    check_fields: Mapping[str, str] = Field(default_factory=dict)
    """The other slots of that prompt."""


class Heard(Row):
    """What came back for an ask."""

    text: str
    thinking: str | None = None
    finish: str = "stop"
    first_tokens: tuple[tuple[str, float], ...] = ()
    """The likeliest first tokens with their log-probabilities, where the ask wanted some."""

    @property
    def is_cut(self) -> bool:
        """Whether a limit of tokens ended it."""
        return self.finish in {"length", "context"}

    @property
    def open_thoughts(self) -> str | None:
        """Thoughts that were cut before an answer came; those that ended without one are an empty reply."""
        return self.thinking if self.is_cut and not self.text.strip() else None


class Reading(Row):
    """How one rule reads a reply; `read` is None where it cannot."""

    read: str | None
    read_by: Reader | None
    correct: bool | None
    """None where an answer is a score, which is neither right nor wrong."""


class Answer(Row):
    """An ask with its reply, read in every way that the benchmark knows."""

    posed: Posed
    heard: Heard
    readings: Mapping[str, Reading] = Field(min_length=1)
