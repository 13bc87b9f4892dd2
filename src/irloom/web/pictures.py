"""Sends the pictures of samples: found by their id in the index, never by a path from an address."""

import hashlib
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from starlette.responses import Response

from irloom.engine.odd_files import is_plain
from irloom.engine.pictures import object_to
from irloom.inside import is_inside
from irloom.pictures import open_picture
from irloom.views.blocks import Picture

THUMBNAIL = 200
"""Longer side of a picture in a list, in pixels."""
_SHOWN = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
"""Formats that every browser shows."""


class NoPicture(Exception):
    """A picture cannot be sent; the message says why."""


class OtherPicture(NoPicture):
    """Another picture lies where one was made."""


def locate_picture(picture: Picture, root: Path, source: Path | None) -> Path:
    """Where a picture lies. NoPicture where its name leads out of its folder."""
    folder = root if picture.folder == "run" else source
    if folder is None or not is_inside(picture.path):
        raise NoPicture("its name leads out of the folder of images")
    if picture.folder == "run" and not is_plain(root, picture.path):
        raise NoPicture("it is missing, or no plain file of the run")
    return folder / picture.path


def send_picture(path: Path, small: bool, sha256: str | None = None) -> Response:
    """The file, or a small copy of it; a format that browsers do not show comes as PNG.

    At full size it must be what was recorded of it, where anything was: OtherPicture if it is not.
    """
    try:
        content = path.read_bytes()
        if not small and object_to(hashlib.sha256(content).hexdigest(), sha256):
            raise OtherPicture("it was changed since it was made")
        with open_picture(io.BytesIO(content)) as image:
            if small:
                return Response(_shrink(image), media_type="image/jpeg")
            if image.format in _SHOWN:
                return Response(content, media_type=_SHOWN[image.format])
            return Response(_encode(_show(image), "PNG"), media_type="image/png")
    except OtherPicture:
        raise
    except Exception as error:  # Pillow lets through whatever a broken file makes it meet
        raise NoPicture(f"it cannot be read: {type(error).__name__}") from error


def _shrink(image: Image.Image) -> bytes:
    image.draft("RGB", (THUMBNAIL, THUMBNAIL))
    image.thumbnail((THUMBNAIL, THUMBNAIL), reducing_gap=2.0)
    return _encode(_show(ImageOps.exif_transpose(image)), "JPEG")


def _show(image: Image.Image) -> Image.Image:
    """8 bits of what may be 16, as a thermal camera's file has: Pillow would cut off what is above 255."""
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return image.convert("RGB")


def _encode(image: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, quality=80)
    return buffer.getvalue()
