"""What the Phraser's step holds."""

from typing import TypedDict

from irloom.edits import Proposal, QueryForm
from irloom.records import Fault


class PhraserState(TypedDict, total=False):
    """What the agent reads and writes of an edit."""

    proposal: Proposal
    round: int
    query: str
    form: QueryForm
    fault: Fault
