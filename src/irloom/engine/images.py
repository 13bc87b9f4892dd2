"""Puts images into the run directory, whole or not at all."""

import asyncio
import hashlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from irloom.engine.odd_files import create_anew
from irloom.engine.steps import reached
from irloom.engine.storage import storing
from irloom.errors import SourceError
from irloom.pictures import open_picture
from irloom.records import Fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ORIENTATION_TAG = 0x0112
_PLAIN_FORMATS = frozenset({"JPEG", "PNG"})


def keep_bytes(root: Path, name: str, content: bytes) -> None:
    """Write a file of the run directory: temporary file, fsync, rename."""
    path = root / name
    temporary = path.with_name(f".{path.name}.tmp")
    with storing(str(path)):
        with _create(temporary) as file:
            file.write(content)
            file.flush()
            reached("image.before_sync")
            os.fsync(file.fileno())
        reached("image.before_rename")
        temporary.replace(path)
        reached("image.after_rename")


def read_plain(path: Path) -> bytes | None:
    """The bytes of a picture, if it is a JPEG or PNG that every reader shows alike.

    None for an animation, a palette, transparency, or an orientation that some readers do not follow.
    Raises SourceError for a file that cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _blame(path, error) from error
    with open_picture(io.BytesIO(content)) as picture:
        usual = picture.format in _PLAIN_FORMATS and picture.mode == "RGB"
        turned = picture.getexif().get(_ORIENTATION_TAG, 1) != 1
        odd = turned or getattr(picture, "is_animated", False) or picture.has_transparency_data
    return content if usual and not odd else None


def read_plain_or_grey(path: Path) -> bytes | None:
    """The bytes of a picture that is sent as it is: a plain one, or a JPEG in 8-bit grey."""
    if (content := read_plain(path)) is not None:
        return content
    with open_picture(path) as picture:
        is_grey = picture.format in {"JPEG", "PNG"} and picture.mode == "L"
        is_upright = picture.getexif().get(_ORIENTATION_TAG, 1) == 1
    return path.read_bytes() if is_grey and is_upright else None


def hash_file(path: Path) -> str:
    """The sha256 of a file, or an empty string if it is not there."""
    try:
        with path.open("rb", buffering=0) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""


async def hash_source(path: Path) -> str | Fault:
    """The sha256 of a picture of the user's; where it cannot be read, the fault that ends its sample."""
    try:
        return await asyncio.to_thread(hash_file, path)
    except OSError as error:
        return Fault(stage="source", error=SourceError.__name__, message=str(_blame(path, error)))


def _blame(path: Path, error: OSError) -> SourceError:
    return SourceError(f"{path} cannot be read: {error.strerror or error}")


def _create(path: Path) -> io.BufferedWriter:
    """A file to write; its folder is made where it is not there yet."""
    try:
        return os.fdopen(create_anew(path), "wb")
    except FileNotFoundError:
        path.parent.mkdir(exist_ok=True)
        return os.fdopen(create_anew(path), "wb")


def encode_png(pixels: "NDArray[np.uint8]", effort: int = 6) -> bytes:
    """Pixels (height x width, with 3 colours or none) as a PNG; `effort` is zlib's, 0 to 9."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=effort)
    return buffer.getvalue()
