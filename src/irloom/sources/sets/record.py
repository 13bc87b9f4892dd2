"""What every reader of a set gives: one image, or one pair, with what the set says of it."""

from collections.abc import Iterator, Mapping
from typing import Literal, Protocol

from pydantic import Field

from irloom.records import Box, Fault, Row

Band = Literal["thermal", "nir"]
"""Which radiation a picture shows: emitted (mid and long wave), or reflected near infrared."""
Polarity = Literal["white_hot", "black_hot", "unknown"]
"""Whether bright means warm or cool in a thermal picture."""


PairVerdict = Literal["aligned", "shifted", "other_scene", "other_size", "copy", "unclear"]
"""`copy` where both are one picture, `unclear` where one is too dark or too plain for edges to tell."""


class PairFigures(Row):
    """How a visible and an infrared picture lie on each other."""

    verdict: PairVerdict
    edge_dice: float = 0
    """Overlap of their edges as they lie, 0..1; likewise what follows: 0 where nothing was compared."""
    best_dice: float = 0
    """The same at the best of all shifts that were tried."""
    chance_dice: float = 0
    """The median of all shifts: what edges overlap that have nothing to do with each other."""
    shift_px: tuple[int, int] = (0, 0)
    """How far the infrared picture has to move right and down to lie so, in pixels of it."""
    brightness: tuple[float, float] = (0, 0)
    """Mean of the visible and of the infrared picture, 0..1."""
    brightness_overlap: float = 0
    """Of their histograms of brightness, 0..1."""


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
    annotated: bool = True
    """Whether somebody looked in it for what the set annotates; else an absence cannot be told either."""
    crop: tuple[int, int, int, int] | None = None
    """What is cut out of each picture before it is looked at: left, top, right, bottom in pixels of it;
    None for the whole. Size and boxes are of what is left. `open_cut` of `sets.pictures` does it."""
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
    pair: PairFigures | None = None
    """How well the two pictures fit each other; None where nobody asked, or where there is no pair."""
    fault: Fault | None = None
    """Set where nothing can be made of this image."""


class SetReader(Protocol):
    """Reads one set from its folder, in flat memory; threads may share it."""

    name: str
    """As `--source` has it; an alias such as `flir` is resolved."""
    digests: Mapping[str, str]
    """One sha256 in hex over everything that was read of names and annotations; pictures are not in it."""

    @property
    def labels(self) -> frozenset[str]:
        """The classes that the set annotates wherever they appear, so that an absence can be told."""
        ...

    @property
    def licence(self) -> str | None:
        """Of all its images; None where nobody says one."""
        ...

    @property
    def counts(self) -> Mapping[str, int]:
        """Totals: `images`, `pairs`, `boxes`, `captions`, and whatever was mended or skipped."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """What is told before a run: what is lost in numbers, with the reason and an example."""
        ...

    def __iter__(self) -> Iterator[SetImage]: ...

    def __len__(self) -> int: ...

    def list_ids(self) -> Iterator[str]:
        """Every id, in order, and no image made."""
        ...

    def get(self, image_id: str) -> SetImage | None:
        """The image of an id, looked for in the folder now; None where there is none."""
        ...

    def read_some(self, most: int) -> list[SetImage]:
        """Up to so many images from all over the set, the same ones each time."""
        ...

    def close(self) -> None:
        """Let go of the index."""
        ...
