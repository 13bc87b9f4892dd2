"""Small annotated images for the tests of the tasks."""

from collections.abc import Mapping

from irloom.question_sets.template.told import Told, tell
from irloom.records import Box
from irloom.sources.sets.record import SetImage

CLASSES = frozenset({"person", "bike", "car", "dog", "light", "sign", "bus"})


def box(label: str, x: float, y: float, size: float = 0.1, *, crowd: bool = False) -> Box:
    """A square whose middle lies at x, y."""
    half = size / 2
    return Box(label=label, x1=x - half, y1=y - half, x2=x + half, y2=y + half, crowd=crowd)


def told(
    *boxes: Box,
    name: str = "one",
    source: str = "flir",
    classes: frozenset[str] = CLASSES,
    ignored: tuple[Box, ...] = (),
    notes: Mapping[str, int] | None = None,
    sequence: str | None = None,
    scene: Mapping[str, str] | None = None,
    annotated: bool = True,
) -> Told:
    """What is certain about an image with some boxes."""
    image = SetImage(
        id=name,
        infrared=f"{name}.png",
        boxes=boxes,
        ignored=ignored,
        notes=notes or {},
        sequence=sequence,
        scene=scene or {},
        annotated=annotated,
    )
    found = tell(image, source, classes)
    assert isinstance(found, Told)
    return found
