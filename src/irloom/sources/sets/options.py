"""What the user says of a set beside its name and its folder."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from irloom.records import IGNORED_LABELS, Row
from irloom.sources.sets.record import Band, Polarity

Pictures = Literal["pairs", "infrared", "visible"]
"""Infrared pictures with their visible partners where there are some, or those of one kind alone."""
PairCheck = Literal["off", "tell", "leave_out"]
"""Whether the pictures of a pair are compared, and whether one that does not fit becomes a fault."""


class SetOptions(Row):
    """How a set is read; the defaults are the set as published."""

    pictures: Pictures = "pairs"
    visible: str | None = None
    """The folder of visible pictures below the root, `.` for the root itself; None finds it by its name."""
    infrared: str | None = None
    """The same of infrared ones."""
    annotations: str | None = None
    """The folder of annotations below the root, for `voc` and `yolo`; None finds them by their names."""
    band: Band | None = None
    """None for what is known of the set."""
    polarity: Polarity | None = None
    parts: tuple[str, ...] = ()
    """`train`, `val`, `test`: which are read; empty for all."""
    every: int = Field(default=1, ge=1)
    """Of a sequence each so many-th image, the first one included; stills are all read."""
    classes: Mapping[str, str] = Field(default_factory=dict)
    """Other names for labels of the set; an empty name makes what bears it an ignored region."""
    ignore_labels: tuple[str, ...] = IGNORED_LABELS
    """Labels that name no object, in any spelling: what bears one is an ignored region."""
    pair_check: PairCheck = "off"
    follow_links: bool = False
    """Whether files that are links to elsewhere are read, as caches of a hub have them."""
