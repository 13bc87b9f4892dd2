"""What the CIR flow holds of one seed image."""

from operator import add
from typing import Annotated, TypedDict

from irloom.edits import Brought, EditResult, Family
from irloom.records import Fault, Sample


class Given(TypedDict):
    """What the flow gets."""

    sample: Sample


class CirState(Given, total=False):
    """Everything the flow may hold."""

    seed: Brought
    families: Annotated[list[Family], add]
    results: Annotated[list[EditResult], add]
    faults: Annotated[list[Fault], add]
