"""What the Editor's steps hold."""

from typing import TypedDict

from irloom.edits import Declined, EditedImage, Proposal, Try
from irloom.records import Fault


class EditorState(TypedDict, total=False):
    """What the agent reads and writes of an edit."""

    image: str
    """The seed in the run directory."""
    proposal: Proposal
    taken: tuple[str, ...]
    """What its siblings are, in words, which it must not become."""
    round: int
    tries: tuple[Try, ...]
    made: EditedImage | Declined | Fault
    given_up: str
    """Why there is no further round."""
    fault: Fault
