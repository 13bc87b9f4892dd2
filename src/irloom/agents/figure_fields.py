"""What the agents that make figures share: what they need of a flow, and the fields of their prompts."""

from collections.abc import Sequence
from typing import Protocol

from irloom.agents.context import Context, list_lines
from irloom.figures import LETTERS, Adaptation, Draft, Failure, Picture, Plan, Problem, Quiz
from irloom.records import Fault


class FigureActions(Protocol):
    """What these agents may do beside asking."""

    async def draw(self, round: int, code: str) -> Picture | Failure | Fault:
        """Run a script in the sandbox, and keep the picture that it draws."""
        ...


class FigureSettings(Protocol):
    """What of a configuration they go by."""

    one_call: bool
    max_repairs: int
    temperature: float
    blind_trials: int


FigureContext = Context[Problem, FigureActions, FigureSettings]


def list_elements(problem: Problem, found: Sequence[str] = ()) -> str:
    """What the figure must contain: as the problem says it, else as it was understood."""
    return list_lines(problem.elements or found)


def list_plan(plan: Plan) -> str:
    """A plan as the prompts want it: its parts with their points."""
    parts = {
        "Image Content": plan.content,
        "Layout": plan.layout,
        "Labels": plan.labels,
        "Drawing Considerations": plan.considerations,
        "Must not be shown": plan.forbidden,
    }
    return "\n".join(f"{name}:\n{list_lines(points)}" for name, points in parts.items())


def list_options(quiz: Quiz) -> str:
    """The options of a quiz, one a line, each behind its letter."""
    return "\n".join(f"{letter}: {text}" for letter, text in sorted(quiz.options.items()))


def letters_of(quiz: Quiz) -> str:
    """The letters that its options have."""
    return "".join(letter for letter in LETTERS if letter in quiz.options)


def picture_of(draft: Draft | None) -> Picture:
    """The picture of a draft that the flow goes on with."""
    assert draft is not None
    assert draft.picture is not None
    return draft.picture


def open_question(problem: Problem, adaptation: Adaptation | Fault | None) -> str | None:
    """The problem for readers who see the figure: the given one, else ours if it could be used."""
    if problem.multimodal_question:
        return problem.multimodal_question
    usable = isinstance(adaptation, Adaptation) and not adaptation.problems
    return adaptation.question if usable and isinstance(adaptation, Adaptation) else None
