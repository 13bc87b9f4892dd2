"""Measures an infrared picture for what may be said of warm and cool: see `irloom.scene.heat`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.pictures import open_picture
from irloom.records import Box, Infrared, ThermalObject
from irloom.scene.heat import Measured, Scale, list_heat
from irloom.scene.layout import Thing, as_thing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RING = 0.25
"""Of the box, to each side: what lies there surrounds the thing."""
_LEAST_EMISSIVITY = 0.7
"""What sends less heat of its own mirrors its surroundings, and looks as warm as they are."""


def tell_heat(made: Infrared, boxes: Sequence[Box], root: Path) -> tuple[str, ...]:
    """Sentences about warm and cool: by temperatures where the translator knows them, else by greys.

    `root` is the run directory, in which the picture lies.
    """
    if made.objects:
        return _tell_temperatures(made.objects, made.details.get("ambient_c"))
    if not boxes:
        return ()
    import numpy as np  # readers of runs need not wait for it

    with open_picture(root / made.image) as picture:
        grey = np.asarray(picture.convert("L"), dtype=np.float32)
    return list_heat([_measure(box, grey) for box in boxes], "pixels")


def name_scale(infrared: Infrared) -> Scale | None:
    """Where the sentences come from; None where nothing is said."""
    if not infrared.heat:
        return None
    return "temperatures" if infrared.objects else "pixels"


def _tell_temperatures(objects: Sequence[ThermalObject], ambient_c: float | None) -> tuple[str, ...]:
    mirrors = {one.label for one in objects if one.emissivity < _LEAST_EMISSIVITY}
    measured = [
        Measured(Thing(one.label, *one.box, group=one.crowd), one.temperature_c, ambient_c) for one in objects
    ]
    return list_heat(measured, "temperatures", mute=mirrors)


def _measure(box: Box, grey: "NDArray[np.float32]") -> Measured:
    """Median grey inside a box, and in the ring around it, which is cut where the picture ends."""
    import numpy as np

    height, width = grey.shape
    across, down = _RING * (box.x2 - box.x1), _RING * (box.y2 - box.y1)
    top, bottom = _span(box.y1, box.y2, height)
    left, right = _span(box.x1, box.x2, width)
    first, last = _span(max(0, box.y1 - down), min(1, box.y2 + down), height)
    start, end = _span(max(0, box.x1 - across), min(1, box.x2 + across), width)
    around = np.ones((last - first, end - start), dtype=bool)
    around[top - first : bottom - first, left - start : right - start] = False
    inside = float(np.median(grey[top:bottom, left:right]))
    ring = grey[first:last, start:end][around]
    return Measured(as_thing(box), inside, float(np.median(ring)) if ring.size else inside)


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    """Pixels from edge to edge, at least one, inside the picture."""
    first = min(int(low * size), size - 1)
    return first, min(size, max(first + 1, round(high * size)))
