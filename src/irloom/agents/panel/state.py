"""What the Panel's graph holds."""

from operator import add
from typing import Annotated, Any, TypedDict

from irloom.agents.context import Context
from irloom.alignment import Ballot, Writing
from irloom.records import Fault

AGENT = "judge"
PROMPT = "panel/judge"
PanelContext = Context[Any, Any, Any]


class Given(TypedDict):
    """What the agent gets: a text, and the judges that it is shown to, in their order."""

    writing: Writing
    judges: tuple[str, ...]


class Seat(TypedDict):
    """What one judge gets."""

    writing: Writing
    judge: str
    number: int
    """Its place among the judges."""


class PanelState(Given, total=False):
    """Everything the graph may hold; judges add to the lists side by side."""

    ballots: Annotated[list[Ballot], add]
    faults: Annotated[list[Fault], add]


class Made(TypedDict, total=False):
    """What the agent returns; the flow adds up the lists of all texts."""

    ballots: list[Ballot]
    faults: list[Fault]
