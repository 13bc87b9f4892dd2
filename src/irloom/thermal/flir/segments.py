"""Finds FLIR's block in a JPEG: it is cut into APP1 segments, since one holds 64 KiB at most."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from irloom.errors import ThermalFileError

SIGNATURE = b"FLIR\0"
_HEAD_BYTES = 8
"""Signature, a byte that is 1, the segment's number, and the number of the last."""
_START_OF_IMAGE, _APP1 = 0xD8, 0xE1
_ENDS = frozenset({0xDA, 0xD9})
"""Start of the pixels, end of the image: no segment of ours follows."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_MAX_SEGMENTS = 20_000


def join_segments(path: Path, file: BinaryIO) -> bytes | None:
    """FLIR's block, joined by the segments' numbers; None for a JPEG without one.

    At most 256 segments are held, 16 MiB. Raises ThermalFileError for a JPEG that is cut off within its
    segments, and for segments that are missing, there twice, or of two minds about their number.
    """
    parts: dict[int, bytes] = {}
    last = 0
    for body in _iterate_app1(path, file):
        if not body.startswith(SIGNATURE):
            continue
        if len(body) < _HEAD_BYTES:
            raise ThermalFileError(
                f"{path}: a FLIR segment of {len(body)} bytes holds nothing: copy it again"
            )
        number, says_last = body[6], body[7]
        if number in parts or (parts and says_last != last):
            raise ThermalFileError(f"{path}: its FLIR segments do not fit each other: the file is damaged")
        parts[number], last = body[_HEAD_BYTES:], says_last
    if not parts:
        return None
    if missing := sorted({*range(last + 1)} - parts.keys()):
        raise ThermalFileError(
            f"{path}: {len(missing)} of its {last + 1} FLIR segments are missing, the first is {missing[0]}: "
            "the file was cut off or edited; use the camera's own"
        )
    if len(parts) > last + 1:
        raise ThermalFileError(f"{path}: it has more FLIR segments than it says ({last + 1}): it is damaged")
    return b"".join(parts[number] for number in range(last + 1))


def _iterate_app1(path: Path, file: BinaryIO) -> Iterator[bytes]:
    """The APP1 segments before the pixels; the others are passed over unread."""
    file.seek(2)
    for _ in range(_MAX_SEGMENTS):
        marker = _read_marker(path, file)
        if marker in _ENDS:
            return
        if marker in _ALONE:
            continue
        (length,) = struct.unpack(">H", _read(path, file, 2))
        if length < 2:
            raise ThermalFileError(f"{path}: a JPEG segment has the length {length}: the file is damaged")
        if marker == _APP1:
            yield _read(path, file, length - 2)
        else:
            file.seek(length - 2, 1)
    raise ThermalFileError(f"{path}: more than {_MAX_SEGMENTS:,} JPEG segments: this is no camera's file")


def _read_marker(path: Path, file: BinaryIO) -> int:
    if _read(path, file, 1) != b"\xff":
        raise ThermalFileError(f"{path}: no JPEG segment begins where one should: the file is damaged")
    marker = 0xFF
    while marker == 0xFF:  # any number of them may stand before a marker
        marker = _read(path, file, 1)[0]
    return marker


def _read(path: Path, file: BinaryIO, count: int) -> bytes:
    found = file.read(count)
    if len(found) != count:
        raise ThermalFileError(f"{path} ends within its JPEG segments: it was cut off; copy it again")
    return found
