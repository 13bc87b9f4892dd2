"""What the annotations of one image say for certain, and what they leave open."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from irloom.records import Box
from irloom.sources.sets.record import SetImage

Doubt = Literal[
    "broken image",
    "no infrared picture",
    "pictures that nobody annotated",
    "broken annotations",
    "regions that nobody annotated",
    "classes that are not annotated everywhere",
    "groups that nobody counted",
]
"""Why an image, or a thing about it, is not asked about."""

_MENDED = frozenset({"box_clipped", "annotation_duplicate", "category_duplicate"})
"""Notes on annotations of which nothing is lost that could be seen."""
_LOSING = ("annotation", "box", "category", "line", "object")
"""Words that begin the notes on annotations. What bears no usable name is kept as an ignored region."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An infrared picture of a set."""

    source: str
    """The set, as the tasks name it."""
    id: str
    """Of the image in its set."""
    infrared: str
    """Relative to the folder of the set."""
    group: str
    """Images of one group never part."""
    crop: tuple[int, int, int, int] | None = None
    """What is shown of the file: left, top, right, bottom in pixels; None for all. Boxes are of that part."""

    @property
    def key(self) -> tuple[str, str]:
        """What no other picture of any set has."""
        return self.source, self.id


@dataclass(frozen=True, slots=True)
class Told:
    """A picture with what is certain about it."""

    picture: Picture
    boxes: tuple[Box, ...] = ()
    scene: Mapping[str, str] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    """Labels of which every object was annotated in the whole picture; empty where that is not known."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many there are of labels, where that is certain; zeros are left out."""
    doubt: Doubt | None = None
    """Why `classes` is empty."""

    def count(self, label: str) -> int:
        """How many boxes bear a label."""
        return sum(box.label == label for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Unusable:
    """An image about which nothing can be asked."""

    source: str
    id: str
    doubt: Doubt


def tell(image: SetImage, source: str, labels: frozenset[str]) -> Told | Unusable:
    """Sort what is certain about an image of a set from what is not.

    `labels` are the classes that the set annotates wherever they appear. An image with a broken annotation,
    or with a region in which nobody annotated, tells neither numbers nor what is absent: what was overlooked
    could be of any class. Its boxes and its scene stay.
    """
    if image.fault is not None:
        return Unusable(source, image.id, "broken image")
    if image.infrared is None:
        return Unusable(source, image.id, "no infrared picture")
    picture = Picture(source, image.id, image.infrared, _name_group(image, source), image.crop)
    doubt = _doubt_whole(image, labels)
    if doubt is not None:
        return Told(picture, image.boxes, image.scene, doubt=doubt)
    return Told(picture, image.boxes, image.scene, labels, dict(_count(image, labels)))


def _name_group(image: SetImage, source: str) -> str:
    """The sequence of a frame; a still is a group of its own."""
    return f"{source}/{'still' if image.sequence is None else 'sequence'}/{image.sequence or image.id}"


def _doubt_whole(image: SetImage, labels: frozenset[str]) -> Doubt | None:
    if not image.annotated:
        return "pictures that nobody annotated"
    if any(map(_loses, image.notes)):
        return "broken annotations"
    if image.ignored:
        return "regions that nobody annotated"
    return None if labels else "classes that are not annotated everywhere"


def _loses(note: str) -> bool:
    return note.partition("_")[0] in _LOSING and note not in _MENDED


def _count(image: SetImage, labels: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Numbers of all labels but those of which some stand in a group."""
    groups = {box.label for box in image.boxes if box.crowd}
    numbers = Counter(box.label for box in image.boxes if box.label in labels)
    yield from ((label, number) for label, number in numbers.items() if label not in groups)
