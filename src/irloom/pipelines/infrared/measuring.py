"""What a radiometric file says of the objects: mean, hottest point, contrast to what surrounds them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from irloom.errors import SourceError, ThermalFileError
from irloom.pipelines.infrared.regions import cut_regions
from irloom.records import Box, MeasuredObject
from irloom.thermal.flir.segments import join_segments
from irloom.thermal.settings import ThermalSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from irloom.thermal.thermogram import Thermogram

SAME_SHAPE = 0.02
"""Largest relative difference of aspect ratio at which boxes of the picture fit the temperatures."""
_JPEG = b"\xff\xd8"


def holds_temperatures(path: Path, settings: ThermalSettings) -> bool:
    """Whether a file is radiometric, or made so by what it or the user says of its values or its maker.

    A file that cannot be opened is none; what is wrong with it is told where it is looked at.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            if head.startswith(_JPEG):
                return bool(settings.converter) or _has_flir_segments(path, file)
    except OSError:
        return False
    from irloom.thermal.stored_values import is_scale_told  # only who has such files waits for NumPy

    return is_scale_told(path, settings)


def _has_flir_segments(path: Path, file: BinaryIO) -> bool:
    """Whether a camera put its block into a JPEG; a damaged one is there too, and told when it is read."""
    file.seek(0)
    try:
        return join_segments(path, file) is not None
    except ThermalFileError:
        return True


def measure_objects(
    boxes: Sequence[Box], thermogram: "Thermogram", size: tuple[int, int]
) -> tuple[MeasuredObject, ...]:
    """Measure each box in degrees Celsius, to three decimals; one in which nothing was measured is left out.

    `size` is the picture's width and height. Raises SourceError where the temperatures have another shape.
    """
    celsius = thermogram.celsius
    rows, columns = celsius.shape
    if abs((columns / rows) / (size[0] / size[1]) - 1) > SAME_SHAPE:
        raise SourceError(
            f"the temperatures are {columns} x {rows}, and the picture is {size[0]} x {size[1]}: they do not "
            "show the same, so the boxes would not fit"
        )
    found = (_measure(box, celsius) for box in boxes)
    return tuple(one for one in found if one is not None)


def _measure(box: Box, celsius: "NDArray[np.float32]") -> MeasuredObject | None:
    import numpy as np

    inside, ring = (part[np.isfinite(part)] for part in cut_regions(box, celsius))
    if not inside.size:
        return None
    mean = float(inside.mean(dtype=np.float64))
    contrast = mean - float(ring.mean(dtype=np.float64)) if ring.size else None
    return MeasuredObject(
        label=box.label,
        box=(box.x1, box.y1, box.x2, box.y2),
        crowd=box.crowd,
        mean_c=round(mean, 3),
        max_c=round(float(inside.max()), 3),
        contrast_c=None if contrast is None else round(contrast, 3),
    )
