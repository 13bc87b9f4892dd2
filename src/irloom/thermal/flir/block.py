"""Reads the directory of FLIR's block: which record begins where, and how long it is."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from irloom.errors import ThermalFileError

SIGNATURE = b"FFF\0"
RAW_IMAGE, CAMERA = 1, 32
"""Types of the two records that temperatures are made of."""
Order = Literal[">", "<"]
"""As `struct` has it."""
_HEADER_BYTES, _ENTRY_BYTES = 0x40, 32
_VERSIONS = range(100, 200)
_MAX_ENTRIES = 1_000
"""Cameras write about a dozen."""


@dataclass(frozen=True, slots=True)
class Record:
    """One part of the block."""

    content: bytes

    @property
    def order(self) -> Order:
        """Byte order of its numbers: each record begins with a small one, which tells."""
        return ">" if int.from_bytes(self.content[:2], "little") >= 0x0100 else "<"


def split_block(path: Path, block: bytes) -> dict[int, Record]:
    """The first record of each type.

    Raises ThermalFileError for a block without FLIR's signature, of an unknown version, and where the
    directory or a record lies outside of it.
    """
    if len(block) < _HEADER_BYTES or not block.startswith(SIGNATURE):
        raise ThermalFileError(f"{path}: its FLIR block has no header: the file is damaged or cut off")
    order = _find_order(path, block)
    start, count = struct.unpack_from(f"{order}II", block, 0x18)
    if not 0 < count <= _MAX_ENTRIES or start + count * _ENTRY_BYTES > len(block):
        raise ThermalFileError(
            f"{path}: its FLIR directory has {count:,} entries from byte {start:,} in a block of "
            f"{len(block):,} bytes: the file is damaged or cut off"
        )
    records: dict[int, Record] = {}
    for place in range(start, start + count * _ENTRY_BYTES, _ENTRY_BYTES):
        kind, offset, length = _read_entry(block, place, order)
        if kind in (RAW_IMAGE, CAMERA) and kind not in records:
            records[kind] = Record(_cut(path, block, kind, offset, length))
    return records


def _find_order(path: Path, block: bytes) -> Order:
    """JPEGs have big-endian blocks, files that hold a block alone little-endian ones; the version tells."""
    orders: tuple[Order, Order] = (">", "<")
    for order in orders:
        if struct.unpack_from(f"{order}I", block, 0x14)[0] in _VERSIONS:
            return order
    raise ThermalFileError(
        f"{path}: its FLIR block is of an unknown version: the file is damaged, or too new"
    )


def _read_entry(block: bytes, place: int, order: Order) -> tuple[int, int, int]:
    """Type, offset and length of a record."""
    (kind,) = struct.unpack_from(f"{order}H", block, place)
    offset, length = struct.unpack_from(f"{order}II", block, place + 12)
    return kind, offset, length


def _cut(path: Path, block: bytes, kind: int, offset: int, length: int) -> bytes:
    if offset + length > len(block):
        raise ThermalFileError(
            f"{path}: record {kind} should lie at bytes {offset:,} to {offset + length:,} of a FLIR block of "
            f"{len(block):,} bytes: the file is damaged or cut off"
        )
    return block[offset : offset + length]
