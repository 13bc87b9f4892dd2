"""What the Marker's graph holds."""

from typing import TypedDict

from irloom.figures import Adaptation, Draft, Judgement, Problem
from irloom.records import Fault


class Given(TypedDict):
    """What the agent gets: a draft that was drawn."""

    problem: Problem
    draft: Draft


class MarkerState(TypedDict, total=False):
    """Everything the graph may hold."""

    problem: Problem
    draft: Draft | None
    judgement: Judgement | Fault
    adaptation: Adaptation | Fault
