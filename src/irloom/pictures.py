"""Opens pictures: the one place that does, so that no file reaches a decoder that irloom does not mean."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
"""What irloom reads, by Pillow's names, whatever a file's name says; MPO comes with JPEG, which it begins as.

Pillow knows dozens more. One of them hands the file to Ghostscript, which is a programming language.
"""

_ORIENTATION_TAG = 0x0112
_ON_THE_SIDE = (5, 6, 7, 8)
_SIGNATURE = 8
_BLOCK = 1 << 20
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Values a pixel by the colour type of a PNG."""
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""Of an interlaced PNG: the first column and row of each pass, and the steps to the next ones."""


def open_picture(source: Path | BinaryIO) -> Image.Image:
    """A picture whose pixels are not decoded yet; close it, as with `Image.open`.

    Raises OSError for what is no file (a pipe would be waited for), UnidentifiedImageError for any other
    format, and what Pillow raises for a broken header.
    """
    if isinstance(source, Path) and source.exists() and not source.is_file():
        raise OSError(f"{source} is no file")
    try:
        picture = Image.open(source, formats=FORMATS)
    except UnidentifiedImageError as error:
        if isinstance(source, Path):
            raise
        raise UnidentifiedImageError("its bytes have no known picture format") from error  # and no name
    if picture.format == "TIFF" and picture.tag_v2.get(_ORIENTATION_TAG) in _ON_THE_SIDE:  # type: ignore[attr-defined]
        # Pillow would map the file into memory with width and height swapped, which mixes up its rows.
        picture.filename = ""
    return picture


def read_orientation(image: Image.Image) -> int:
    """What viewers still do to its pixels: EXIF's number, 1 to 8, and 1 for nothing.

    Pillow turns a TIFF itself, and swaps its width and height when it opens it.
    """
    said = image.getexif().get(_ORIENTATION_TAG, 1)
    return said if said in range(1, 9) and image.format != "TIFF" else 1


def read_viewed_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as viewers show a picture."""
    width, height = image.size
    return (height, width) if read_orientation(image) in _ON_THE_SIDE else (width, height)


def refuse_cut(source: Path | BinaryIO, image: Image.Image) -> None:
    """Load a picture; OSError for a PNG whose data end before its last row.

    Pillow leaves black what is missing, and says nothing where the data end in good order.
    """
    image.load()
    if image.format != "PNG":
        return
    last = image.crop((0, image.height - 1, image.width, image.height))
    is_there = last.tobytes().strip(b"\0") and not image.info.get("interlace")
    if not is_there and not _has_all_rows(source):
        raise OSError("its data end before its last row: the file was cut, so copy it again")


def _has_all_rows(source: Path | BinaryIO) -> bool:
    """Whether a PNG holds as many bytes as its header promises; they are counted, and not kept."""
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as file:
        file.seek(_SIGNATURE)
        chunks = _read_chunks(file)
        missing = _count_bytes(next(chunks)[1])
        inflate = zlib.decompressobj()
        for kind, content in chunks:
            while kind == b"IDAT" and content and missing > 0:
                missing -= len(inflate.decompress(content, _BLOCK))
                content = inflate.unconsumed_tail
    return missing <= 0


def _read_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        yield kind, file.read(length)
        file.seek(4, 1)  # its checksum, which Pillow has looked at


def _count_bytes(header: bytes) -> int:
    """How many bytes the rows take before they are packed: a filter's each, and their pixels."""
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", header[:13])
    bits = depth * _CHANNELS[color]
    total = 0
    for left, top, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        total += rows * (1 + -(-columns * bits // 8)) if columns > 0 else 0
    return total
