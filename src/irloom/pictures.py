"""Opens pictures: the one place that does, so that no file reaches a decoder that irloom does not mean."""

from pathlib import Path
from typing import BinaryIO

from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
"""What irloom reads, by Pillow's names, whatever a file's name says; MPO comes with JPEG, which it begins as.

Pillow knows dozens more. One of them hands the file to Ghostscript, which is a programming language.
"""


def open_picture(source: Path | BinaryIO) -> Image.Image:
    """A picture whose pixels are not decoded yet; close it, as with `Image.open`.

    Raises OSError for what is no file (a pipe would be waited for), UnidentifiedImageError for any other
    format, and what Pillow raises for a broken header.
    """
    if isinstance(source, Path) and source.exists() and not source.is_file():
        raise OSError(f"{source} is no file")
    return Image.open(source, formats=FORMATS)
