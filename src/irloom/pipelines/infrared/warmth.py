"""Measures an infrared picture for what may be said of warm and cool: see `irloom.scene.heat`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.pictures import open_picture
from irloom.pipelines.infrared.regions import cut_regions
from irloom.records import Box, Infrared, MeasuredObject, ThermalObject
from irloom.scene.heat import Measured, Scale, list_heat, read_fact
from irloom.scene.layout import Thing, as_thing
from irloom.sources.sets.record import Band, Polarity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST_EMISSIVITY = 0.7
"""What sends less heat of its own mirrors its surroundings, and looks as warm as they are."""


@dataclass(frozen=True, slots=True)
class Greys:
    """How the greys of a picture are to be read."""

    scale: Scale = "pixels"
    inverted: bool = False
    """Whether bright means cold."""


AS_THEY_ARE = Greys()
"""Of a picture of which nothing is said."""


def read_greys(band: Band, polarity: Polarity) -> Greys:
    """As what a picture is said to be: bright means something where it is thermal and its polarity stated."""
    if band == "nir" or polarity == "unknown":
        return Greys("tones")
    return Greys("warmth", inverted=polarity == "black_hot")


def tell_heat(
    made: Infrared, boxes: Sequence[Box], root: Path, greys: Greys = AS_THEY_ARE
) -> tuple[str, ...]:
    """Sentences about warm and cool: by temperatures where they are known, else by greys.

    `root` is the run directory, in which the picture lies.
    """
    if made.measured:
        return _tell_measured(made.measured)
    if made.objects:
        return _tell_temperatures(made.objects, made.details.get("ambient_c"))
    if not boxes:
        return ()
    import numpy as np  # readers of runs need not wait for it

    with open_picture(root / made.image) as picture:
        grey = np.asarray(picture.convert("L"), dtype=np.float32)
    if greys.inverted:
        grey = 255 - grey
    return list_heat([_measure(box, grey) for box in boxes], greys.scale)


def name_scale(infrared: Infrared) -> Scale | None:
    """Where the sentences come from; None where nothing is said."""
    if not infrared.heat:
        return None
    if infrared.measured:
        return "measured"
    if infrared.objects:
        return "temperatures"
    fact = read_fact(infrared.heat[0])
    return fact.scale if fact is not None and fact.scale in {"warmth", "tones"} else "pixels"


def _tell_measured(objects: Sequence[MeasuredObject]) -> tuple[str, ...]:
    return list_heat(
        [
            Measured(
                Thing(one.label, *one.box, group=one.crowd),
                one.mean_c,
                None if one.contrast_c is None else one.mean_c - one.contrast_c,
                one.max_c,
            )
            for one in objects
        ],
        "measured",
    )


def _tell_temperatures(objects: Sequence[ThermalObject], ambient_c: float | None) -> tuple[str, ...]:
    mirrors = {one.label for one in objects if one.emissivity < _LEAST_EMISSIVITY}
    measured = [
        Measured(Thing(one.label, *one.box, group=one.crowd), one.temperature_c, ambient_c) for one in objects
    ]
    return list_heat(measured, "temperatures", mute=mirrors)


def _measure(box: Box, grey: "NDArray[np.float32]") -> Measured:
    """Median grey inside a box, and in the ring around it."""
    import numpy as np

    inside, ring = cut_regions(box, grey)
    own = float(np.median(inside))
    return Measured(as_thing(box), own, float(np.median(ring)) if ring.size else own)
