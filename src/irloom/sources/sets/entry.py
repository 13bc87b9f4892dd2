"""What a form reads of one image, before the image itself is looked at: as the index keeps it."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from irloom.sources.geometry import KeptBox
from irloom.sources.labels import IgnoredLabels

_LONGEST = 100
"""Letters of a label that names something: names of kinds of animals have up to 60."""


class Loss(NamedTuple):
    """Something of a set that was left out or could not be read."""

    what: str
    """`images`, `boxes`, `annotations`, or `pictures` that nobody wanted."""
    reason: str
    example: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class Names:
    """What the labels of a set are called here."""

    classes: Mapping[str, str]
    ignored: IgnoredLabels

    def of(self, label: str) -> str | None:
        """The name of a label, on one line; None for one that names no object."""
        name = " ".join(self.classes.get(label, label).split())
        return None if not name or len(name) > _LONGEST or name in self.ignored else name


@dataclass(slots=True)
class Marks:
    """The annotations of one image: boxes in pixels of the picture, or in shares of it."""

    names: Names
    file: str = ""
    """Where they stand."""
    size: tuple[int, int] | None = None
    """As the annotations declare it; None where they do not."""
    boxes: list[KeptBox] = field(default_factory=list)
    ignored: list[KeptBox] = field(default_factory=list)
    scene: dict[str, str] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    losses: list[Loss] = field(default_factory=list)

    def take(
        self,
        label: str | None,
        bbox: Sequence[float],
        *,
        crowd: bool = False,
        polygons: Sequence[Sequence[float]] = (),
        shares: bool = False,
    ) -> None:
        """Keep a box (`x, y, width, height`); one without a name, or of an ignored one, as a region.

        Finite corners may lie so far apart that no number holds the width: such a box is lost.
        """
        if not all(math.isfinite(number) for numbers in (bbox, *polygons) for number in numbers):
            self.lose("box_invalid", f"{label!r} {list(bbox)}")
            return
        if bbox[2] <= 0 or bbox[3] <= 0:
            self.lose("box_empty", f"{label!r} {list(bbox)}")
            return
        name = None if label is None else self.names.of(label)
        box = KeptBox(
            name or (label or "")[:_LONGEST], list(bbox), crowd, [list(one) for one in polygons], shares
        )
        (self.ignored if name is None else self.boxes).append(box)

    def lose(self, reason: str, example: str) -> None:
        """Count a box that cannot be kept."""
        self.notes[reason] += 1
        self.losses.append(Loss("boxes", reason, example))


@dataclass(slots=True)
class Entry:
    """One image of a set, or one pair."""

    id: str
    visible: str | None = None
    infrared: str | None = None
    temperatures: str | None = None
    size: tuple[int, int] | None = None
    """As the annotations declare it, in pixels, its border cut."""
    border: int = 0
    """Pixels at each side that are no picture."""
    boxes: list[KeptBox] = field(default_factory=list)
    ignored: list[KeptBox] = field(default_factory=list)
    annotated: bool = False
    captions: list[str] = field(default_factory=list)
    part: str | None = None
    sequence: str | None = None
    scene: dict[str, str] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    """Of this image; they are counted, and not kept in the index."""
    fault: str | None = None
    """Why nothing can be made of it."""

    def mark(self, marks: Marks) -> None:
        """Take what its annotations say."""
        self.annotated = True
        self.size = marks.size
        self.boxes, self.ignored = marks.boxes, marks.ignored
        self.scene |= marks.scene
        for name, number in marks.notes.items():
            self.notes[name] = self.notes.get(name, 0) + number
        self.losses.extend(marks.losses)

    def note(self, name: str) -> None:
        """Count something that had to be mended, or that is missing."""
        self.notes[name] = self.notes.get(name, 0) + 1

    def pictures(self) -> Iterator[str]:
        """Its files, the one that boxes belong to first."""
        yield from filter(None, (self.infrared, self.visible, self.temperatures))

    def dump(self) -> bytes:
        """For the index."""
        kept = {name: getattr(self, name) for name in self.__slots__ if name != "losses"}
        for name in ("boxes", "ignored"):
            kept[name] = [list(box) for box in kept[name]]
        return orjson.dumps(kept)


def read_entry(stored: bytes) -> Entry:
    """What `dump` gave."""
    fields: dict[str, Any] = orjson.loads(stored)
    for name in ("boxes", "ignored"):
        fields[name] = [KeptBox(*values) for values in fields[name]]
    fields["size"] = tuple(fields["size"]) if fields["size"] else None
    return Entry(**fields)
