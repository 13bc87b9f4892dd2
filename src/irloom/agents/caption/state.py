"""What the Caption Agent's graph holds, and what it needs of a flow."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import add
from typing import Annotated, Literal, Protocol, TypedDict

from irloom.agents.context import Context
from irloom.lexicon import Lexicon
from irloom.options import ScorerOptions
from irloom.records import Captioned, Fault, Infrared, RejectedCaption, Row, Sample


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What `finish` gives where no edit of a caption is surely right."""

    reason: str


class CaptionActions(Protocol):
    """What the agent may do beside asking."""

    lexicon: Lexicon
    annotated: Collection[str]
    """The classes that the annotations have; nothing is known of others."""

    async def translate(self) -> Infrared | Fault:
        """Make (or find) this sample's infrared image."""
        ...

    def finish(self, text: str, rules: Sequence[str]) -> str | Unfinished:
        """Take out of a caption what the rules forbid, by rule and without a model."""
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
    filter_all: bool
    finish: bool
    checks: bool


CaptionContext = Context[Sample, CaptionActions, CaptionSettings]


class Filtered(Row):
    """The rewrites of one caption."""

    caption: int
    texts: tuple[str, ...] = ()
    asked: bool = True
    """Whether anybody was asked for them."""
    nothing: str | None = None
    """Why nothing of the caption would be left, where all that could be read says so."""


class CaptionState(TypedDict, total=False):
    """Everything the graph may hold."""

    sample: Sample
    rules: tuple[str, ...]
    infrared: Infrared
    filtered: Annotated[list[Filtered], add]
    again: list[Filtered]
    """What came of those whose rewrites all break a rule, when they were asked for once more."""
    unreadable: tuple[str, str]
    """A reply for all captions that could not be read, and what is wrong with it."""
    captioned: list[Captioned]
    rejected: Annotated[list[RejectedCaption], add]
    faults: Annotated[list[Fault], add]


class OneCaption(TypedDict):
    """What `filter_caption` gets: one caption of the sample."""

    caption: int
    text: str
    rules: tuple[str, ...]


def list_waiting(state: CaptionState) -> list[int]:
    """The captions that are to be filtered: neither dropped nor set aside."""
    done = {one.caption for one in state.get("rejected", [])}
    done |= {one.caption for one in state.get("filtered", [])}
    return [index for index in range(len(state["sample"].captions)) if index not in done]
