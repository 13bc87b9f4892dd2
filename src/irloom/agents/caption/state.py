"""What the Caption Agent's graph holds, and what it needs of a flow."""

from collections.abc import Sequence
from operator import add
from typing import Annotated, Literal, Protocol, TypedDict

from irloom.agents.context import Context
from irloom.lexicon import Lexicon
from irloom.options import ScorerOptions
from irloom.records import Captioned, Fault, Infrared, Row, Sample


class CaptionActions(Protocol):
    """What the agent may do beside asking."""

    lexicon: Lexicon

    async def translate(self) -> Infrared | Fault:
        """Make (or find) this sample's infrared image."""
        ...

    async def score(self, caption: int, image: str, texts: Sequence[str]) -> tuple[float, ...] | Fault:
        """Score texts against an image of the run directory."""
        ...


class CaptionSettings(Protocol):
    """What of a configuration it goes by."""

    candidates: int
    temperature: float
    original: Literal["only_if_clean", "allow"]
    one_request: bool
    filtering: bool
    scoring: bool
    scorer: ScorerOptions


CaptionContext = Context[Sample, CaptionActions, CaptionSettings]


class Filtered(Row):
    """The rewrites of one caption."""

    caption: int
    texts: tuple[str, ...]


class CaptionState(TypedDict, total=False):
    """Everything the graph may hold."""

    sample: Sample
    rules: tuple[str, ...]
    infrared: Infrared
    filtered: Annotated[list[Filtered], add]
    unreadable: tuple[str, str]
    """A reply for all captions that could not be read, and what is wrong with it."""
    captioned: list[Captioned]
    faults: Annotated[list[Fault], add]


class OneCaption(TypedDict):
    """What `filter_caption` gets: one caption of the sample."""

    caption: int
    text: str
    rules: tuple[str, ...]
