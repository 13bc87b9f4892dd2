"""Checks a PNG that nobody vouches for, and keeps its pixels alone."""

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}
"""By colour type: Matplotlib writes eight bits of RGB or RGBA."""

_LAST_FILTER = 4
_UNPACKED_BYTES = 1 << 20


class BadImage(Exception):
    """The bytes are not the image that they should be; the message says why."""


def clean_png(data: bytes, max_side: int, max_pixels: int) -> tuple[bytes, int, int]:
    """Give the PNG without anything but pixels, its width and its height; raises BadImage."""
    if not data.startswith(_SIGNATURE):
        raise BadImage("it is not a PNG")
    header, pixels = b"", bytearray()
    for kind, body in _split(data):
        if kind == b"IHDR" and not header:
            header = body
        elif kind == b"IDAT":
            pixels += body
    width, height, stride = _read_header(header, max_side, max_pixels)
    _check_pixels(bytes(pixels), height, stride)
    chunks = ((b"IHDR", header), (b"IDAT", bytes(pixels)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_join(kind, body) for kind, body in chunks), width, height


def _split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        yield kind, body
        if data[place + 8 + length : place + 12 + length] != _checksum(kind, body):
            raise BadImage(f"the checksum of its chunk {kind!r} is wrong")
        if kind == b"IEND":
            return
        place += 12 + length
    raise BadImage("it is cut off")


def _read_header(header: bytes, max_side: int, max_pixels: int) -> tuple[int, int, int]:
    if len(header) != 13:
        raise BadImage("it has no header")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in _CHANNELS or compression or filtering or interlace:
        raise BadImage(f"it has colour type {colour} and {depth} bits, which Matplotlib does not write")
    if not (0 < width <= max_side and 0 < height <= max_side and width * height <= max_pixels):
        raise BadImage(f"{width} x {height} pixels are too many or too few")
    return width, height, 1 + width * _CHANNELS[colour]


def _check_pixels(data: bytes, height: int, stride: int) -> None:
    """Unpack a few rows at a time, so that neither a large image nor a bomb fills the memory."""
    inflater, rows = zlib.decompressobj(), max(1, _UNPACKED_BYTES // stride)
    try:
        for top in range(0, height, rows):
            wanted = min(rows, height - top) * stride
            pixels = inflater.decompress(data, wanted)
            data = inflater.unconsumed_tail
            if len(pixels) != wanted or max(pixels[::stride]) > _LAST_FILTER:
                raise BadImage("its pixels do not fill it")
        if inflater.decompress(data, 1) or not inflater.eof:
            raise BadImage("its pixels do not fill it")
    except zlib.error as error:
        raise BadImage(f"its pixels cannot be unpacked: {error}") from error


def _join(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + _checksum(kind, body)


def _checksum(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(kind + body))
