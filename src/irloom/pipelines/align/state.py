"""What the flow holds of one sample."""

from operator import add
from typing import Annotated, TypedDict

from irloom.agents.context import Context
from irloom.alignment import Ballot, Writing
from irloom.pipelines.align.actions import AlignActions
from irloom.pipelines.align.config import AlignConfig
from irloom.pipelines.align.source import Subject
from irloom.pipelines.align.writer import MadeSentence
from irloom.records import Fault

AlignContext = Context[Subject, AlignActions, AlignConfig]


class Given(TypedDict):
    """What the flow gets."""

    sample: Subject


class PainterGiven(TypedDict):
    """What `paint` gets: one painter."""

    painter: str


class AlignState(Given, total=False):
    """Everything the flow may hold."""

    made: tuple[MadeSentence, ...]
    """What irloom wrote, in the order of its sentences."""
    writings: Annotated[list[Writing], add]
    ballots: Annotated[list[Ballot], add]
    faults: Annotated[list[Fault], add]
    image: str
    sha256: str
