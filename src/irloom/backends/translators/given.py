"""Infrared images that exist already: a folder beside the visible ones, or the images themselves."""

import filecmp
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.backends.images import load_rgb
from irloom.backends.stretch import is_deep, read_values, stretch
from irloom.errors import ConfigError, SampleError, SourceError
from irloom.protocols import Translation, TranslationJob

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
SAME_SHAPE = 0.02
"""Largest relative difference of aspect ratio at which boxes still fit."""
_VISIBLE = frozenset({"visible", "vis", "vi", "rgb", "color", "colour"})
_INFRARED = ("lwir", "infrared", "ir", "thermal", "tir")
"""Names of the folders in which sets keep one scene twice; `visible` and `lwir` are KAIST's."""
_PLAIN: dict[str, tuple[str, ...]] = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "WEBP": (".webp",)}
"""Formats that every viewer, trainer and chat model reads, with the suffixes that say so."""
_PLAIN_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})


class Given:
    """Finds an infrared file by the visible image's path below its folder, with any image suffix.

    Without a folder the visible images themselves are taken: the ablation of the translation. Files are
    checked (whole, one frame's worth of pixels, the same shape). Pictures are copied unchanged; values of
    16 bits or floats are stretched, other formats written as PNG, and their files kept beside.
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
            return self._take(path, job)
        except SourceError as error:
            return error

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
            with Image.open(path) as image:
                self._check(path, image, job)
                deep, plain = is_deep(image), _is_plain(path, image)
                values = read_values(image)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise SourceError(f"{path} cannot be read as an image: {error}") from error
        details: dict[str, Any] = {"given": path.name}
        if plain and not deep:
            return Translation(path, details=details)
        if not deep:
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
        """Raise SourceError for an image of another shape, or too large a one."""
        width, height = image.size
        if width * height > self._max_pixels:
            raise SourceError(f"{path} has {width} x {height} pixels, more than {self._max_pixels}")
        if job.width and job.height:
            expected, found = job.width / job.height, width / height
            if abs(found / expected - 1) > SAME_SHAPE:
                raise SourceError(
                    f"{path} is {width} x {height}, but the annotations are for {job.width} x {job.height}: "
                    "the boxes would not fit"
                )


def find_infrared(folder: Path, name: Path, visible: Path | None = None) -> Path | None:
    """The infrared file for a visible image: the same relative path below `folder`, any image suffix.

    A folder of the path that says `visible` may have a sister that says `lwir`, as KAIST's have. The
    visible image itself is given only where nothing else is found.
    """
    found = None
    for place in (name, *_list_sisters(name)):
        for path in _list_files(folder / place):
            if visible is None or not path.samefile(visible):
                return path
            found = found or path
    return found


def is_visible(path: Path, visible: Path) -> bool:
    """Whether an infrared file is the visible image, or a copy of it."""
    return visible.is_file() and (path.samefile(visible) or filecmp.cmp(path, visible, shallow=False))


def refuse_visible(folder: Path, images: Path, names: Sequence[str]) -> None:
    """Raise ConfigError where all that is found under `--infrared` are the visible images themselves."""
    inside = [Path(name) for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts]
    found = [(find_infrared(folder, name, images / name), images / name) for name in inside]
    same = [path for path, image in found if path is not None and is_visible(path, image)]
    if same and len(same) == sum(path is not None for path, _ in found):
        raise ConfigError(
            f"--infrared {folder} holds the visible images themselves, such as {same[0]} "
            f"({len(same)} of {len(inside)} looked at): give the folder of the infrared images, or "
            "--no-translation to take the visible ones for them."
        )


def _list_files(place: Path) -> Iterator[Path]:
    """Files with the stem of a path, whichever suffix they have and however accents are written."""
    for stem in dict.fromkeys(unicodedata.normalize(form, place.stem) for form in ("NFC", "NFD")):
        for suffix in (*SUFFIXES, *map(str.upper, SUFFIXES)):
            if (path := place.with_name(stem + suffix)).is_file():
                yield path


def _list_sisters(name: Path) -> Iterator[Path]:
    """The same path by way of a folder for infrared images in place of one for visible ones."""
    parts = name.parts
    for place, part in enumerate(parts[:-1]):
        if part.lower() in _VISIBLE:
            for other in _INFRARED:
                for spelling in (other, other.upper(), other.capitalize()):
                    yield Path(*parts[:place], spelling, *parts[place + 1 :])


def _is_plain(path: Path, image: Image.Image) -> bool:
    """Whether a picture can be handed on as it is, and its name says what it is."""
    return image.mode in _PLAIN_MODES and path.suffix.lower() in _PLAIN.get(image.format or "", ())
