"""What an evaluation holds of one question."""

from operator import add
from typing import Annotated, TypedDict

from irloom.agents.context import Context
from irloom.pipelines.evaluate.actions import EvaluationActions
from irloom.pipelines.evaluate.config import EvaluationConfig
from irloom.pipelines.evaluate.records import Answer, Heard, Item, Posed, Sight
from irloom.records import Fault

EvaluationContext = Context[Item, EvaluationActions, EvaluationConfig]
Pictures = dict[Sight, tuple[str, ...]]
"""Paths of the pictures that the run keeps, one for each of the question."""

Lacking = dict[Sight, Fault]
"""Why pictures cannot be shown."""


class Given(TypedDict):
    """What the flow gets."""

    sample: Item


class AskState(TypedDict):
    """The asks of one variant on their way."""

    posed: tuple[Posed, ...]
    pictures: Pictures


class CheckState(TypedDict):
    """A reply on its way to the checker."""

    posed: Posed
    heard: Heard


class EvaluationState(Given, total=False):
    """Everything the flow may hold; asks add to the lists side by side."""

    posed: tuple[Posed, ...]
    pictures: Pictures
    fault: Fault
    """Of the question as a whole."""
    lacking: Lacking
    """Of the asks that show these pictures."""
    heard: Annotated[list[tuple[str, Heard | Fault]], add]
    checked: Annotated[list[tuple[str, str | Fault]], add]
    answers: tuple[Answer, ...]
    faults: tuple[tuple[Posed, Fault], ...]
