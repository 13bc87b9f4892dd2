"""What a COCO file outlines in thermal pictures, and which pixels masks mark."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.inside import is_inside
from irloom.pictures import open_picture
from irloom.question_sets.ledger import Ledger, Source
from irloom.question_sets.thermometry.regions import Region, fill_outline, find_cells
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
    outlined = [(box, _outline(box, width, height)) for box in sample.boxes]
    least = max(1, _LEAST_SHARE * width * height)
    return tuple(_choose(outlined, least, sample.image, ledger))


def _choose(
    outlined: Sequence[tuple[Box, Pixels]], least: float, image: str, ledger: Ledger
) -> Iterator[Region]:
    """Those that are large enough, and of an outline's label the only ones in their box."""
    for place, (box, pixels) in enumerate(outlined):
        if box.crowd or pixels.sum() < least:
            continue
        region = Region(pixels, find_cells(pixels), box.label if box.polygons else None)
        others = (*outlined[:place], *outlined[place + 1 :])
        if any(_stands_in(region, *other) for other in others):
            ledger.remark("annotated regions whose box holds another of their label", image)
            continue
        yield region


def _stands_in(region: Region, box: Box, pixels: Pixels) -> bool:
    """Whether what is called as the region could be what is asked for in its box; a group may be as well."""
    left, top, right, bottom = region.cells
    return region.label == box.label and bool(pixels[top:bottom, left:right].any())


def _outline(box: Box, width: int, height: int) -> Pixels:
    """Pixels within the outlines; all of the box where there are none."""
    pixels = np.zeros((height, width), dtype=np.bool_)
    if not box.polygons:
        left, right = round(box.x1 * width), round(box.x2 * width)
        top, bottom = round(box.y1 * height), round(box.y2 * height)
        pixels[top:bottom, left:right] = True
    for flat in box.polygons:
        xs, ys = np.array(flat[::2]) * width, np.array(flat[1::2]) * height
        pixels |= fill_outline(xs, ys, (height, width))
    return pixels


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
