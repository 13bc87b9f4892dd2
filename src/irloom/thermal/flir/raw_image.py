"""Reads the raw counts of FLIR's record 1: as they are, as a PNG with its bytes swapped, or as a TIFF."""

import io
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.errors import ThermalFileError
from irloom.pictures import open_picture, refuse_cut
from irloom.thermal.flir.block import Record
from irloom.thermal.limits import check_size

_HEADER_BYTES = 32
_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF = (b"II*\0", b"MM\0*")
_SIXTEEN_BITS = ("I;16", "I;16B")


def read_counts(path: Path, record: Record) -> NDArray[np.uint16]:
    """The counts, `height` x `width`.

    Raises ThermalFileError where the image is not of the size that the record declares: nobody knows then
    which pixel is where.
    """
    if len(record.content) <= _HEADER_BYTES:
        raise ThermalFileError(f"{path}: its raw image has no pixels: the file is damaged or cut off")
    width, height = struct.unpack_from(f"{record.order}HH", record.content, 2)
    check_size(path, width, height)
    body = memoryview(record.content)[_HEADER_BYTES:]
    start = bytes(body[: len(_PNG)])
    if start == _PNG:
        # FLIR writes little-endian numbers where PNG has big-endian ones.
        return _decode(path, body, width, height).byteswap()
    if start.startswith(_TIFF):
        return _decode(path, body, width, height)
    return _take(path, body, record, width, height)


def _take(path: Path, body: memoryview, record: Record, width: int, height: int) -> NDArray[np.uint16]:
    """Counts that stand there as they are; less than a row of padding may follow."""
    wanted = width * height * 2
    if not wanted <= len(body) < wanted + width * 2:
        raise ThermalFileError(
            f"{path}: its raw image has {len(body):,} bytes, but {width} x {height} counts need {wanted:,}: "
            "the file is damaged, or of a kind that is not known"
        )
    counts = np.frombuffer(body[:wanted], dtype=f"{record.order}u2")
    return counts.astype(np.uint16).reshape(height, width)


def _decode(path: Path, body: memoryview, width: int, height: int) -> NDArray[np.uint16]:
    """Counts in a picture within the record, whose header is compared before a pixel is unpacked."""
    try:
        with open_picture(io.BytesIO(body)) as picture:
            if picture.size != (width, height) or picture.mode not in _SIXTEEN_BITS:
                raise ThermalFileError(
                    f"{path}: its raw image is {picture.width} x {picture.height} ({picture.mode}), but it "
                    f"declares {width} x {height} counts of 16 bits: the file was edited or is damaged"
                )
            refuse_cut(io.BytesIO(body), picture)
            return np.asarray(picture).astype(np.uint16)
    except ThermalFileError:
        raise
    # Pillow's decoders let through whatever a broken file makes them meet.
    except Exception as error:
        raise ThermalFileError(
            f"{path}: its raw image cannot be unpacked ({type(error).__name__}: {error}): the file is damaged"
        ) from error
