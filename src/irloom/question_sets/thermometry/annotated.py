"""What a COCO file outlines in thermal pictures, and which pixels masks mark."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from irloom.inside import is_inside
from irloom.pictures import open_picture
from irloom.question_sets.ledger import Ledger, Source
from irloom.question_sets.thermometry.regions import Region, find_cells
from irloom.question_sets.thermometry.settings import ThermometrySettings
from irloom.records import Box, Sample
from irloom.sources.coco import CocoSource

Pixels = NDArray[np.bool_]
_LEAST_SHARE = 0.002
"""Of the picture, that an annotated region covers at least."""


def read_annotations(settings: ThermometrySettings, ledger: Ledger) -> Mapping[str, Sample]:
    """What is annotated, by the names of files. Raises ConfigError for a file that cannot be read."""
    if settings.annotations is None:
        return {}
    source = CocoSource(settings.root, None, settings.annotations, needs_captions=False)
    try:
        ledger.add_source(Source(name="annotations", sha256=source.digests["instances"], images=len(source)))
        found: dict[str, Sample] = {}
        for sample in source:
            if sample.fault is not None:
                ledger.remark("annotated files that are not there, or of no size", sample.id)
            else:
                found[sample.image] = sample
        return found
    finally:
        source.close()


def outline_regions(sample: Sample, shape: tuple[int, ...], ledger: Ledger) -> tuple[Region, ...]:
    """The annotated regions of a file, in pixels of its temperatures."""
    height, width = shape
    if (sample.width, sample.height) != (width, height):
        ledger.remark("annotations in pixels of another picture than the temperatures", sample.image)
        return ()
    found = (_outline(box, width, height) for box in sample.boxes if not box.crowd)
    least = _LEAST_SHARE * width * height
    return tuple(
        Region(pixels, find_cells(pixels), label) for label, pixels in found if pixels.sum() >= max(1, least)
    )


def _outline(box: Box, width: int, height: int) -> tuple[str | None, Pixels]:
    """Pixels within the outlines, of which the label is told; all of the box where there are none."""
    if not box.polygons:
        pixels = np.zeros((height, width), dtype=np.bool_)
        left, right = round(box.x1 * width), round(box.x2 * width)
        top, bottom = round(box.y1 * height), round(box.y2 * height)
        pixels[top:bottom, left:right] = True
        return None, pixels
    image = Image.new("1", (width, height))
    for flat in box.polygons:
        points = [(x * width - 0.5, y * height - 0.5) for x, y in zip(flat[::2], flat[1::2], strict=True)]
        if len(points) > 1:
            ImageDraw.Draw(image).polygon(points, fill=1)
    return box.label, np.asarray(image, dtype=np.bool_)


def read_mask(name: str, shape: tuple[int, ...], masks: Path, ledger: Ledger) -> Pixels | None:
    """What a mask marks; None, and counted, where there is none, or none of the file's size."""
    path = _find_mask(name, masks)
    if path is None:
        ledger.remark("files without a mask", name)
        return None
    try:
        with open_picture(path) as picture:
            pixels: NDArray[np.uint8] = np.asarray(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        ledger.remark("masks that cannot be read", name)
        return None
    if pixels.shape[:2] != shape:
        ledger.remark("masks of another size than the temperatures", name)
        return None
    if pixels.ndim == 2:
        return np.asarray(pixels != 0)
    # A picture that is opaque all over is not marked all over.
    return np.asarray((pixels[..., : 3 if pixels.shape[2] >= 3 else 1] != 0).any(axis=2))


def _find_mask(name: str, masks: Path) -> Path | None:
    plain = PurePosixPath(name)
    for one in (plain.with_suffix(".png"), PurePosixPath(f"{name}.png")):
        if is_inside(str(one)) and (masks / one).is_file():
            return masks / one
    return None
