"""Infrared images that exist already: a folder beside the visible ones, or the images themselves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from irloom.backends.images import load_rgb
from irloom.backends.stretch import is_deep, read_values, stretch
from irloom.backends.translators.pairing import find_infrared, is_visible
from irloom.errors import SampleError, SourceError
from irloom.inside import refuse_outside
from irloom.pictures import open_picture, read_orientation, read_viewed_size, refuse_cut
from irloom.protocols import Translation, TranslationJob

SAME_SHAPE = 0.02
"""Largest relative difference of aspect ratio at which boxes still fit."""
_PLAIN: dict[str, tuple[str, ...]] = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "WEBP": (".webp",)}
"""Formats that every viewer, trainer and chat model reads, with the suffixes that say so."""
_PLAIN_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})


class Given:
    """Finds an infrared file by the visible image's path below its folder, with any image suffix.

    Without a folder the visible images themselves are taken: the ablation of the translation. Files are
    checked (whole, one frame's worth of pixels, the same shape). Pictures are copied unchanged; values of
    16 bits or floats are stretched, other formats and pictures that EXIF turns written as upright PNG, and
    their files kept beside.
    """

    name = "given"

    def __init__(
        self, folder: Path | None, images: Path, max_pixels: int = 100_000_000, follow_links: bool = False
    ) -> None:
        """Look in `folder`, or take the images; links that lead out of either only with `follow_links`."""
        self._follow_links = follow_links
        self._folder = folder
        self._images = images
        self._max_pixels = max_pixels

    def translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        """The file for each job, or a SourceError that says what was looked for."""
        return [self._find(job) for job in jobs]

    def _find(self, job: TranslationJob) -> Translation | SampleError:
        try:
            path = job.image if self._folder is None else self._search(self._folder, job.image)
            refuse_outside(path, self._folder or self._images, self._follow_links)
            return self._take(path, job)
        except SourceError as error:
            return error
        except OSError as error:
            return SourceError(f"{job.image}: its infrared image cannot be read: {error.strerror or error}")

    def _search(self, folder: Path, visible: Path) -> Path:
        name = visible.relative_to(self._images)
        found = find_infrared(folder, name, visible)
        if found is None:
            wanted = (folder / name).with_suffix(".png")
            raise SourceError(
                f"no infrared image {wanted} (or .jpg, .tif …): it needs the visible image's stem"
            )
        if is_visible(found, visible):
            raise SourceError(
                f"{found} is the visible image itself: give --infrared the folder of the infrared images, "
                "or --no-translation to take the visible ones for them"
            )
        return found

    def _take(self, path: Path, job: TranslationJob) -> Translation:
        """The file as it is, or a picture of it."""
        try:
            with open_picture(path) as image:
                self._check(path, image, job)
                deep, plain = is_deep(image), _is_plain(path, image)
                refuse_cut(path, image)
                values = read_values(ImageOps.exif_transpose(image)) if deep else None
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise SourceError(f"{path} cannot be read as an image: {error}") from error
        details: dict[str, Any] = {"given": path.name}
        if plain and values is None:
            return Translation(path, details=details)
        if values is None:
            return Translation(self._show(path, job), details=details, original=path)
        try:
            pixels, about = stretch(values)
        except ValueError as error:
            raise SourceError(f"{path} cannot be shown: {error}") from error
        return Translation(pixels, details={**details, "stretch": about}, original=path)

    def _show(self, path: Path, job: TranslationJob) -> NDArray[np.uint8]:
        """The pixels of a picture in an unusual form; one channel where all are alike."""
        rgb = load_rgb(path, self._max_pixels, job.width, job.height)
        alike = bool((rgb == rgb[..., :1]).all())
        return np.ascontiguousarray(rgb[..., 0]) if alike else rgb

    def _check(self, path: Path, image: Image.Image, job: TranslationJob) -> None:
        """Raise SourceError for an image that is viewed in another shape, or too large a one."""
        width, height = read_viewed_size(image)
        if width * height > self._max_pixels:
            raise SourceError(f"{path} has {width} x {height} pixels, more than {self._max_pixels}")
        if job.width and job.height:
            expected, found = job.width / job.height, width / height
            if abs(found / expected - 1) > SAME_SHAPE:
                raise SourceError(
                    f"{path} is {width} x {height}, but the annotations are for {job.width} x {job.height}: "
                    "the boxes would not fit"
                )


def _is_plain(path: Path, image: Image.Image) -> bool:
    """Whether a picture can be handed on as it is: readers show it alike, and its name says what it is."""
    if read_orientation(image) != 1:
        return False  # boxes are of the turned picture, and who measures greys does not turn it
    return image.mode in _PLAIN_MODES and path.suffix.lower() in _PLAIN.get(image.format or "", ())
