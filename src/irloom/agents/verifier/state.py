"""What the Verifier's steps hold."""

from typing import TypedDict

from irloom.edits import Declined, EditedImage, EditVerdict, Proposal
from irloom.records import Fault


class VerifierState(TypedDict, total=False):
    """What the agent reads and writes of an edit."""

    image: str
    proposal: Proposal
    round: int
    made: EditedImage | Declined | Fault
    verdicts: tuple[EditVerdict, ...]
    fault: Fault
