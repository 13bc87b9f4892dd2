"""What the Quizzer's graph holds."""

from operator import add
from typing import Annotated, TypedDict

from irloom.figures import Adaptation, Draft, OpenAnswer, Problem, Quiz, QuizResult
from irloom.records import Fault


class Given(TypedDict):
    """What the agent gets: a draft that was drawn, and the problem for readers who see it."""

    problem: Problem
    draft: Draft | None
    elements: tuple[str, ...]
    adaptation: Adaptation | Fault | None


class QuizState(TypedDict):
    """One quiz on its way."""

    number: int
    quiz: Quiz
    draft: Draft


class QuizzerState(TypedDict, total=False):
    """Everything the graph may hold; quizzes add to the lists side by side."""

    problem: Problem
    draft: Draft | None
    elements: tuple[str, ...]
    adaptation: Adaptation | Fault | None
    written: tuple[Quiz, ...]
    """Given or generated, with their options in the order that is asked."""
    blind: Annotated[list[tuple[int, bool]], add]
    """Numbers of quizzes, and whether they were answered without the figure each time."""
    asked: tuple[int, ...]
    """Numbers of the quizzes that are asked."""
    results: Annotated[list[tuple[int, QuizResult]], add]
    faults: Annotated[list[Fault], add]
    solution: str
    open_answer: OpenAnswer


class Made(TypedDict, total=False):
    """What the agent returns."""

    written: tuple[Quiz, ...]
    blind: list[tuple[int, bool]]
    results: list[tuple[int, QuizResult]]
    faults: list[Fault]
    open_answer: OpenAnswer
