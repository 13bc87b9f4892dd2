"""Reads a photograph that somebody else made, or says exactly why it cannot be read."""

import base64
import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from irloom.backends.stretch import is_deep, read_values, stretch
from irloom.errors import SourceError
from irloom.pictures import open_picture, refuse_cut

_ORIENTATION_TAG = 0x0112
_ASPECT_TOLERANCE = 0.02
_SENT = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""What every endpoint that sees reads, by Pillow's name of the format."""
_MAX_SENT_PIXELS = 100_000_000
_DEEP_MODES = ("I", "F")
_STRIP = 256
"""Rows that are brought to RGB at a time."""

# Pillow's pixel limit and Python's warning filters belong to the whole process.
_pillow = threading.Lock()


def load_rgb(
    path: Path, max_pixels: int, width: int | None = None, height: int | None = None
) -> NDArray[np.uint8]:
    """Read one image as height x width x 3 bytes, sRGB.

    Animations give their first frame, transparency lies on white, and greys deeper than 8 bit are
    stretched between percentiles of the image's own values (`backends/stretch.py`). The EXIF orientation is
    followed as viewers do, unless `width` and `height` (the size the annotations were made for)
    agree only with the stored one. Raises SourceError for a file that is missing, empty, corrupt,
    larger than `max_pixels` by its header, or of another shape than its annotations.
    """
    _refuse_non_file(path)
    try:
        with _quiet_pillow(), open_picture(path) as image:
            _refuse_enormous(path, image, max_pixels)
            refuse_cut(path, image)
            upright = _orient(path, image, width, height)
            return _show_values(path, upright) if upright.mode.startswith(_DEEP_MODES) else _decode(upright)
    except SourceError:
        raise
    # Pillow's decoders let through whatever a broken file makes them meet, KeyError to MemoryError.
    except Exception as error:
        raise SourceError(
            f"{path} cannot be decoded ({type(error).__name__}: {error}): "
            "replace the file or leave this image out"
        ) from error


def to_data_url(path: Path) -> str:
    """An image as endpoints take it: PNG, JPEG and WebP as they are, whatever their names say, others as PNG.

    Raises SourceError for what is no image, and OSError for what cannot be read.
    """
    content = path.read_bytes()
    try:
        with open_picture(io.BytesIO(content)) as image:
            media = None if is_deep(image) else _SENT.get(image.format or "")
    except (UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise SourceError(f"{path} cannot be sent: it cannot be read as an image ({error})") from error
    if media is None:
        media, buffer = "image/png", io.BytesIO()
        Image.fromarray(load_rgb(path, _MAX_SENT_PIXELS)).save(buffer, "PNG")
        content = buffer.getvalue()
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"


def _refuse_non_file(path: Path) -> None:
    """A folder, a pipe or an empty file is named as such, before Pillow guesses."""
    try:
        if not path.exists():
            raise SourceError(f"{path} does not exist: check the image folder and the file name")
        if not path.is_file():
            raise SourceError(f"{path} is not a file: give an image file")
        if path.stat().st_size == 0:
            raise SourceError(f"{path} is empty (0 bytes): download or copy it again")
    except OSError as error:
        raise SourceError(
            f"{path} cannot be reached ({error}): check the path and its permissions"
        ) from error


@contextmanager
def _quiet_pillow() -> Iterator[None]:
    """Put our own limit, by header, in place of Pillow's, and keep its warnings inside."""
    with _pillow, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _refuse_enormous(path: Path, image: Image.Image, max_pixels: int) -> None:
    """The header tells the size; nothing has been decoded yet."""
    pixels = image.width * image.height
    if pixels > max_pixels:
        raise SourceError(
            f"{path} has {image.width} x {image.height} = {pixels} pixels, more than max_pixels = "
            f"{max_pixels}: make the image smaller or raise max_pixels"
        )


def _orient(path: Path, image: Image.Image, width: int | None, height: int | None) -> Image.Image:
    """Choose between the stored and the viewed orientation by the annotated size."""
    stored = image.size
    turned = image.getexif().get(_ORIENTATION_TAG) in (5, 6, 7, 8)
    viewed = stored[::-1] if turned else stored
    if width is not None and height is not None:
        size = (width, height)
        if size == viewed:
            return _turn(image)
        if size == stored:
            return image
        if not _same_aspect(size, viewed):
            if _same_aspect(size, stored):
                return image
            raise SourceError(
                f"{path} is {viewed[0]} x {viewed[1]}, but its annotations were made for {width} x {height}: "
                "give the image that was annotated, or correct its width and height"
            )
    return _turn(image)


def _turn(image: Image.Image) -> Image.Image:
    """As viewers turn it; without a copy where there is nothing to turn."""
    ImageOps.exif_transpose(image, in_place=True)
    return image


def _same_aspect(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes differ by scale alone, within 2 %."""
    if min(one) < 1:
        return False
    ratio = (one[0] * other[1]) / (one[1] * other[0])
    return abs(ratio - 1) <= _ASPECT_TOLERANCE


def _decode(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels in RGB, a strip at a time: a whole copy in each mode on the way would be gigabytes."""
    image.load()
    pixels = np.empty((image.height, image.width, 3), dtype=np.uint8)
    for top in range(0, image.height, _STRIP):
        bottom = min(top + _STRIP, image.height)
        pixels[top:bottom] = np.asarray(_flatten(image.crop((0, top, image.width, bottom))))
    return pixels


def _flatten(image: Image.Image) -> Image.Image:
    """Bring any mode of 8 bits to RGB."""
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return image.convert("RGB")


def _show_values(path: Path, image: Image.Image) -> NDArray[np.uint8]:
    """Stretch a deep grey to 8 bit: 12-bit captures in 16-bit files would be black otherwise."""
    try:
        return np.repeat(stretch(read_values(image)).pixels[..., None], 3, axis=2)
    except ValueError as error:
        raise SourceError(f"{path} cannot be shown: {error}; leave this image out") from error
