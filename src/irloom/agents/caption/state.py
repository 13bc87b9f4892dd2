"""What the Caption Agent's graph holds."""

from operator import add
from typing import Annotated, TypedDict

from irloom.records import Captioned, Fault, Infrared, Row, Sample


class Filtered(Row):
    """The rewrites of one caption."""

    caption: int
    texts: tuple[str, ...]


class Given(TypedDict):
    """What the agent gets."""

    sample: Sample
    rules: tuple[str, ...]


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


class Made(TypedDict, total=False):
    """What the agent returns."""

    infrared: Infrared
    captioned: list[Captioned]
    faults: list[Fault]
