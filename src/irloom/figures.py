"""The vocabulary of the ImgCoder flow: problems, plans, scripts, pictures and what is said about them.

Boxes are `x1, y1, x2, y2` in 0..1 of the canvas, with the origin at the top left.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import Field, model_validator

from irloom.drawings import DrawnText
from irloom.records import Fault, Row

Dimension = Literal["correctness", "layout", "readability", "plausibility", "expressiveness"]
"""The five dimensions of SciGenBench's judge (arXiv 2601.17027, Table 1), each 0 to 2."""
CheckName = Literal["labels_drawn", "forbidden_absent", "inside_canvas", "no_overlap"]
NotDrawn = Literal["no_code", "unsupported", "timeout", "memory", "code_error", "no_figure", "bad_image"]
"""Why a script made no picture; `no_code` where the reply held none, `unsupported` of the embedded coder."""

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
LETTERS = "ABCDEFGHIJ"


class Quiz(Row):
    """A question about the picture with its options; the right one is named by its letter."""

    question: str
    options: Mapping[str, str] = Field(min_length=2)
    correct_option: str
    evidence_snippet: str = ""

    @model_validator(mode="after")
    def validate_option(self) -> "Quiz":
        """Refuse a right option that is none."""
        if self.correct_option not in self.options:
            raise ValueError(f"the correct option {self.correct_option!r} is none of {sorted(self.options)}")
        return self


class Problem(Row):
    """One unit of work: a scientific problem that wants a figure."""

    id: str
    question: str = ""
    image_type: str = ""
    """SciGenBench's `Subject - Type`; empty where it is not known."""
    answer: str | None = None
    elements: tuple[str, ...] = ()
    """Atomic facts that the figure must show."""
    quizzes: tuple[Quiz, ...] = ()
    multimodal_question: str | None = None
    more: Mapping[str, Any] = Field(default_factory=dict)
    """Fields that irloom does not know, kept as they came."""
    notes: Mapping[str, int] = Field(default_factory=dict)
    """What the reader had to leave out, by name: `{"quiz_unusable": 1}`."""
    fault: Fault | None = None
    """Set by the reader where nothing can be made of this row."""

    @property
    def subject(self) -> str:
        """The part of the image type before the dash."""
        return self.image_type.partition(" - ")[0] or "unknown"


class Understanding(Row):
    """What the figure must contain, as atomic facts, and the values that the problem gives."""

    elements: tuple[str, ...] = Field(min_length=1)
    givens: tuple[str, ...] = ()
    """Each given value as it should be read in the figure, such as `5 kg` or `AB = 3`."""


class Plan(Row):
    """The four parts of ImgCoder's plan, and what must not be shown."""

    content: tuple[str, ...] = ()
    layout: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """Texts that must be read in the figure, one a label."""
    considerations: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    """Texts that would give the answer away."""


class Picture(Row):
    """A figure that was drawn and lies in the run directory."""

    image: str
    """Path of the PNG relative to the run directory."""
    sha256: str
    svg: str | None = None
    """Likewise the SVG; None where it would have been too large."""
    svg_sha256: str | None = None
    width: int
    height: int
    texts: tuple[DrawnText, ...] = ()
    log: str = ""
    drawing_ms: float = 0.0


class Failure(Row):
    """Why a script made no picture, with the end of its log for the repair."""

    reason: NotDrawn
    log: str = ""


class Check(Row):
    """What was verified without a model."""

    name: CheckName
    passed: bool
    problems: tuple[str, ...] = ()
    """One sentence each, as the repair prompt shows it."""
    skipped: tuple[str, ...] = ()
    """What could not be looked at, and why."""


class Draft(Row):
    """One script of a problem, and what became of it."""

    round: int
    """1 for the first, then one more for each repair."""
    code: str
    picture: Picture | None = None
    failure: Failure | None = None
    checks: tuple[Check, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the picture."""
        return tuple(problem for check in self.checks for problem in check.problems)


class Judgement(Row):
    """What the judge says of a figure: 0 to 2 in each dimension, with the reason."""

    scores: Mapping[Dimension, int]
    reasons: Mapping[Dimension, str] = Field(default_factory=dict)


class QuizResult(Row):
    """A quiz that was answered from the picture alone."""

    quiz: Quiz
    """With its options in the order that was asked."""
    answered: str | None
    """The letter; None where the reply named none."""
    correct: bool


class Adaptation(Row):
    """The problem for readers who see the figure: given values have left the text."""

    question: str
    hidden: tuple[str, ...] = ()
    """Values that the model says it took out, as the problem's text had them."""
    problems: tuple[str, ...] = ()
    """Why it cannot be used: a hidden value still stands in the text, or is not in the figure."""


class OpenAnswer(Row):
    """The adapted problem, solved from the figure and graded against the reference answer."""

    answer: str
    verdict: Literal["correct", "incorrect", "incomplete"]
