"""What the infrared flow holds of one sample."""

from operator import add
from typing import Annotated, TypedDict

from irloom.agents.caption.state import Filtered
from irloom.agents.context import Context
from irloom.agents.witness.state import Evidence
from irloom.pipelines.infrared.actions import InfraredActions
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.records import Captioned, Fault, Infrared, MinedRule, RejectedCaption, Sample, TaskResult


class Given(TypedDict):
    """What the flow gets."""

    sample: Sample
    rules: tuple[str, ...]


class InfraredState(Given, total=False):
    """Everything the flow may hold; tasks add to the lists side by side."""

    infrared: Infrared
    evidence: Evidence
    filtered: Annotated[list[Filtered], add]
    unreadable: tuple[str, str]
    again: list[Filtered]
    captioned: list[Captioned]
    shown: str
    rejected: Annotated[list[RejectedCaption], add]
    faults: Annotated[list[Fault], add]
    results: Annotated[list[TaskResult], add]
    mined_rules: Annotated[list[MinedRule], add]


InfraredContext = Context[Sample, InfraredActions, InfraredConfig]


def begin(sample: Sample, rules: tuple[str, ...]) -> Given:
    """What the flow gets of a sample."""
    return Given(sample=sample, rules=rules)
