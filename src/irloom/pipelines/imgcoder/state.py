"""What the ImgCoder flow holds of one problem."""

from operator import add
from typing import Annotated, TypedDict

from irloom.figures import (
    Adaptation,
    Draft,
    Failure,
    Judgement,
    OpenAnswer,
    Plan,
    Problem,
    Quiz,
    QuizResult,
    Understanding,
)
from irloom.protocols import Unreadable
from irloom.records import Fault


class Given(TypedDict):
    """What the flow gets."""

    problem: Problem


class FigureState(Given, total=False):
    """Everything the flow may hold."""

    understanding: Understanding | Unreadable
    plan: Plan | Unreadable
    round: int
    code: str | Failure
    drafts: tuple[Draft, ...]
    draft: Draft | None
    fault: Fault
    judgement: Judgement | Fault
    adaptation: Adaptation | Fault
    elements: tuple[str, ...]
    written: tuple[Quiz, ...]
    blind: Annotated[list[tuple[int, bool]], add]
    results: Annotated[list[tuple[int, QuizResult]], add]
    faults: Annotated[list[Fault], add]
    open_answer: OpenAnswer


def begin(problem: Problem, rules: tuple[str, ...]) -> Given:
    """What the flow gets of a problem."""
    return Given(problem=problem)
