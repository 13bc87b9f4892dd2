"""Infrared images that exist already: a folder beside the visible ones, or the images themselves."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from irloom.errors import SampleError, SourceError
from irloom.protocols import Translation, TranslationJob

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
SAME_SHAPE = 0.02
"""Largest relative difference of aspect ratio at which boxes still fit."""


class Given:
    """Finds an infrared file by the visible image's path below its folder, with any image suffix.

    Without a folder the visible images themselves are taken: the ablation of the translation.
    Files are checked (whole, one frame's worth of pixels, the same shape) and copied unchanged.
    """

    name = "given"

    def __init__(self, folder: Path | None, images: Path, max_pixels: int = 100_000_000) -> None:
        self._folder = folder
        self._images = images
        self._max_pixels = max_pixels

    def translate(self, jobs: Sequence[TranslationJob]) -> list[Translation | SampleError]:
        """The file for each job, or a SourceError that says what was looked for."""
        return [self._find(job) for job in jobs]

    def _find(self, job: TranslationJob) -> Translation | SampleError:
        try:
            path = job.image if self._folder is None else self._search(self._folder, job.image)
            self._check(path, job)
        except SourceError as error:
            return error
        return Translation(path, details={"given": path.name})

    def _search(self, folder: Path, visible: Path) -> Path:
        name = visible.relative_to(self._images)
        found = find_infrared(folder, name)
        if found is None:
            wanted = (folder / name).with_suffix(".png")
            raise SourceError(
                f"no infrared image {wanted} (or .jpg, .tif …): it needs the visible image's stem"
            )
        return found

    def _check(self, path: Path, job: TranslationJob) -> None:
        try:
            with Image.open(path) as picture:
                width, height = picture.size
                if width * height > self._max_pixels:
                    raise SourceError(f"{path} has {width} x {height} pixels, more than {self._max_pixels}")
                picture.load()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise SourceError(f"{path} cannot be read as an image: {error}") from error
        if job.width and job.height:
            expected, found = job.width / job.height, width / height
            if abs(found / expected - 1) > SAME_SHAPE:
                raise SourceError(
                    f"{path} is {width} x {height}, but the annotations are for {job.width} x {job.height}: "
                    "the boxes would not fit"
                )


def find_infrared(folder: Path, visible: Path) -> Path | None:
    """The infrared file for a visible image: the same relative path below `folder`, any image suffix."""
    stem = folder / visible.with_suffix("")
    names = [stem.name + suffix for suffix in (*SUFFIXES, *map(str.upper, SUFFIXES))]
    return next((stem.parent / name for name in names if (stem.parent / name).is_file()), None)
