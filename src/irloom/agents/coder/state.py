"""What the Coder's graph holds."""

from typing import TypedDict

from irloom.figures import Draft, Failure, Plan, Problem, Understanding
from irloom.protocols import Unreadable
from irloom.records import Fault


class Given(TypedDict):
    """What the agent gets."""

    problem: Problem


class CoderState(TypedDict, total=False):
    """Everything the graph may hold."""

    problem: Problem
    understanding: Understanding | Unreadable
    plan: Plan | Unreadable
    round: int
    code: str | Failure
    """Why there is no script, where a reply held none."""
    drafts: tuple[Draft, ...]
    draft: Draft | None
    elements: tuple[str, ...]
    """What the figure must contain: as the problem says it, else as it was understood."""
    fault: Fault


class Made(TypedDict, total=False):
    """What the agent returns: all drafts, the one to go on with if one was drawn, and what ended it early."""

    understanding: Understanding | Unreadable
    plan: Plan | Unreadable
    drafts: tuple[Draft, ...]
    draft: Draft | None
    elements: tuple[str, ...]
    fault: Fault
