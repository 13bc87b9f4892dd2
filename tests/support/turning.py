"""Pictures that EXIF asks viewers to turn."""

import io

from PIL import Image

ORIENTATION = 0x0112


def make_exif(orientation: int) -> Image.Exif:
    """EXIF that says nothing but the orientation."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def make_turned_jpeg(stored: Image.Image, orientation: int) -> bytes:
    """A JPEG in RGB whose pixels lie as given, and that viewers turn."""
    buffer = io.BytesIO()
    stored.convert("RGB").save(buffer, "JPEG", quality=95, exif=make_exif(orientation))
    return buffer.getvalue()
