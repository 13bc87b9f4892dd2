"""What the Captioner's graph holds."""

from typing import Any, TypedDict

from irloom.agents.context import Context
from irloom.alignment import Writing
from irloom.records import Fault

AGENT = "captioner"
PROMPT = "captioner/describe"
CaptionerContext = Context[Any, Any, Any]


class Given(TypedDict):
    """What the agent gets: a picture, and the captioner that describes it."""

    image: str
    sha256: str
    captioner: str
    task: str


class CaptionerState(Given, total=False):
    """Everything the graph may hold."""

    said: str
    writings: list[Writing]
    faults: list[Fault]


class Made(TypedDict, total=False):
    """What the agent returns; the flow adds up the lists of all captioners."""

    writings: list[Writing]
    faults: list[Fault]
