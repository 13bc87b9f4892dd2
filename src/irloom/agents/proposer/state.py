"""What the Proposer's graph holds."""

from typing import TypedDict

from irloom.edits import Family, Subcategory
from irloom.protocols import Unreadable
from irloom.records import Fault


class Given(TypedDict):
    """What the agent gets: one family to propose."""

    image: str
    family: int
    subcategory: Subcategory
    avoid: tuple[Subcategory, ...]
    """What a complex edit must not be made of, because the seed's other families are of it."""


class ProposerState(Given, total=False):
    """Everything the graph may hold."""

    read: Family | Unreadable
    families: list[Family]
    faults: list[Fault]


class Made(TypedDict, total=False):
    """What the agent returns; the flow adds up the lists of all families."""

    families: list[Family]
    faults: list[Fault]
