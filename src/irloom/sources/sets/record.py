"""What every reader of a set gives: one image, or one pair, with what the set says of it."""

from collections.abc import Iterator, Mapping
from typing import Literal, Protocol

from pydantic import Field

from irloom.records import Box, Fault, Row

Band = Literal["thermal", "nir"]
"""Which radiation a picture shows: emitted (mid and long wave), or reflected near infrared."""
Polarity = Literal["white_hot", "black_hot", "unknown"]
"""Whether bright means warm or cool in a thermal picture."""


class SetImage(Row):
    """One visible image, one infrared image, or both as a pair. Paths are relative to the root."""

    id: str
    """Stable: made of the set's own names, never of a place in a listing."""
    visible: str | None = None
    infrared: str | None = None
    """The picture that is looked at."""
    temperatures: str | None = None
    """The file with a temperature a pixel; often the infrared file itself."""
    width: int | None = None
    height: int | None = None
    """Of the image that the boxes belong to, in pixels."""
    boxes: tuple[Box, ...] = ()
    ignored: tuple[Box, ...] = ()
    """Regions in which nobody annotated: neither objects nor their absence may be told of them."""
    captions: tuple[str, ...] = ()
    band: Band = "thermal"
    polarity: Polarity = "unknown"
    part: str | None = None
    """`train`, `val` or `test` as published; None where the set has no parts."""
    sequence: str | None = None
    """The video or place that it belongs to, whose images never part; None for a still of its own."""
    scene: Mapping[str, str] = Field(default_factory=dict)
    """What the set says of the whole image, such as `{"hours": "night", "weather": "clear"}`."""
    notes: Mapping[str, int] = Field(default_factory=dict)
    """What the reader had to mend, by name: `{"box_clipped": 2}`."""
    licence: str | None = None
    fault: Fault | None = None
    """Set where nothing can be made of this image."""


class SetReader(Protocol):
    """Reads one set from its folder, in flat memory."""

    name: str
    """As `--source` has it."""
    labels: frozenset[str]
    """The classes that the set annotates wherever they appear, so that an absence can be told."""

    def __iter__(self) -> Iterator[SetImage]: ...

    def __len__(self) -> int: ...
