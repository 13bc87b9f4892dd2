"""What the Detector's steps hold, and what they need of a flow."""

from typing import Literal, Protocol, TypedDict

from irloom.agents.context import Context
from irloom.agents.detecting import DetectorAnswer, Spectrum
from irloom.records import (
    Captioned,
    Fault,
    Infrared,
    Instruction,
    RejectedCaption,
    Sample,
    SentenceScore,
    Task,
    Verdict,
)
from irloom.scene.heat import Shows


class DetectorActions(Protocol):
    """What the agent may do beside asking."""

    @property
    def shows(self) -> Shows:
        """What may be said of the infrared picture."""
        ...

    async def bring_visible(self) -> str | Fault:
        """Copy the visible image into the run directory, or find the copy; returns its path there."""
        ...


class DetectorSettings(Protocol):
    """What of a configuration it goes by."""

    @property
    def verify_above(self) -> float | None:
        """The score, 0..100, from which on a sentence is kept."""
        ...

    @property
    def verify_on(self) -> Spectrum:
        """Which picture is shown."""
        ...

    @property
    def verify_answer(self) -> DetectorAnswer:
        """How a score is asked for."""
        ...


DetectorContext = Context[Sample, DetectorActions, DetectorSettings]


class CaptionsState(TypedDict, total=False):
    """What the step for captions reads and writes of a sample."""

    infrared: Infrared
    captioned: list[Captioned]
    rejected: list[RejectedCaption]
    faults: list[Fault]
    shown: str
    """The picture that sentences are held against, by its path in the run directory."""


class AnswersState(TypedDict, total=False):
    """What the step for instructions reads and writes of a round."""

    task: Task
    round: int
    shown: str
    instruction: Instruction
    by: Literal["check", "judge", "detector"]
    judged: Verdict | Fault
    mined: None
    scores: tuple[SentenceScore, ...]
    known: dict[str, float]
    """Scores of earlier rounds, which are not paid again."""
