"""What `set.json` says of a question set."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from irloom.question_sets.ledger import Remark, Source
from irloom.question_sets.record import Question
from irloom.records import Row

FORMAT = 1
"""Of the folder."""
MARK = "set.json"
QUESTIONS = "questions.jsonl"
IMAGES = "images"
CARD = "README.md"

LeakVerdict = Literal["clean", "leaks", "too few to tell"]


class Guess(Row):
    """What a rule that sees no picture scores on the test part of one task."""

    accuracy: float
    """Share of right answers, 0..1."""
    mae: float | None = None
    """Mean absolute error, of answers that are numbers; temperatures and differences in K."""


class Leak(Row):
    """Whether the words of a task tell its answers: a bag-of-words classifier against the best guess."""

    verdict: LeakVerdict
    questions: int
    """Of the test part."""
    accuracy: float | None = None
    best: str | None = None
    """The guess that it is held against."""
    gain: float | None = None
    """Of the classifier over that guess, in 0..1."""
    low: float | None = None
    high: float | None = None
    """The gain's 95 % interval, over groups."""


class TaskAbout(Row):
    """One task of a set."""

    train: int
    test: int
    published: int | None = None
    """Questions in the paper, both parts together."""
    guesses: Mapping[str, Guess] = Field(default_factory=dict)
    leak: Leak


class SetAbout(Row):
    """The whole of `set.json`; it holds no time and no place, so that a set built twice is the same."""

    format: Literal[1] = 1
    irloom: str
    builder: str
    flow: str
    """The evaluation that asks it."""
    options: Mapping[str, Any]
    sources: tuple[Source, ...]
    tasks: Mapping[str, TaskAbout]
    dropped: Mapping[str, int] = Field(default_factory=dict)
    """Questions a task that went so that yes and no are equally frequent."""
    remarks: tuple[Remark, ...] = ()
    said: tuple[str, ...] = ()
    figures: Mapping[str, Any] = Field(default_factory=dict)
    parts: Mapping[str, str]
    """The digest of each part: its questions, and the sums of their images."""
    questions: str
    """The sha256 of `questions.jsonl`."""
    images: Mapping[str, str]
    """The sha256 of each image, by its name in `images/`."""

    def find_licence(self, question: Question) -> str | None:
        """That of the set which the question's image is from; None where nobody says."""
        name, _, _ = question.source.partition("/")
        return next((source.licence for source in self.sources if source.name == name), None)

    @property
    def leaking(self) -> list[str]:
        """Tasks whose words tell their answers."""
        return [name for name, task in self.tasks.items() if task.leak.verdict == "leaks"]
