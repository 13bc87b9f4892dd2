"""What the Witness's steps hold, and what they need of a flow."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict

from irloom.agents.context import Context
from irloom.records import BoxNumbers, Fault, Infrared, Sample
from irloom.scene.heat import Shows

AGENT = "captioner"
PROMPT = "captioner/captions"
Way = Literal["visible", "infrared", "pair", "translated", "boxes"]
"""What captions are written from; `boxes` for a writer who sees nothing."""
PARTS: tuple[str, ...] = (
    *(f"captioner/parts/{way}" for way in ("visible", "infrared", "pair", "translated")),
)
"""Prompt files that say what is shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the writer is shown."""

    way: Way
    pictures: tuple[str, ...] = ()
    """Paths in the run directory, in the order in which the prompt speaks of them."""


class WitnessActions(Protocol):
    """What the agent may do beside asking, and what it is told of the sample."""

    @property
    def shows(self) -> Shows:
        """What may be said of the infrared picture."""
        ...

    @property
    def annotated(self) -> Collection[str]:
        """Labels of the source, whose names may hold a word of heat."""
        ...

    async def show(self, infrared: Infrared) -> Evidence | Fault:
        """Bring the pictures that captions are written from into the run, or find them there."""
        ...


class WitnessSettings(Protocol):
    """What of a configuration it goes by."""

    @property
    def captions_each(self) -> int:
        """How many captions an image gets."""
        ...

    @property
    def boxes_as(self) -> BoxNumbers:
        """How the prompt writes boxes."""
        ...

    @property
    def temperature(self) -> float:
        """Of captions and their rewrites."""
        ...


WitnessContext = Context[Sample, WitnessActions, WitnessSettings]


class WitnessState(TypedDict, total=False):
    """Everything the steps read and write."""

    sample: Sample
    infrared: Infrared
    evidence: Evidence
    faults: list[Fault]
