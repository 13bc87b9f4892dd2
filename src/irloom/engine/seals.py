"""Seals the lines of a log: each carries its number and a sum over all that stands before the sum.

A line can be checked alone, wherever it is found; one that was changed fails its sum, one that was
removed, doubled or moved fails its number. Lines of before seals are read as they are, as long as no
sealed line has come before them. The sum is a CRC-32, as those of the data files are: it is there
against accidents, and costs a fraction of a microsecond.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from irloom.engine.damage import damaged

_MARK: Final = b',"sum":"'
_LENGTH: Final = len(_MARK) + 8 + len(b'"}\n')
_KEYS: Final = ("line", "sum")


def seal(line: bytes, number: int) -> bytes:
    """A line (a JSON object with something in it, and its newline) with its number, from 0, and its sum."""
    body = b'%s,"line":%d' % (line[:-2], number)
    return b'%s%s%08x"}\n' % (body, _MARK, zlib.crc32(body))


def is_sealed(line: bytes) -> bool:
    """Whether a line carries a sum, right or wrong."""
    return line[-_LENGTH : -_LENGTH + len(_MARK)] == _MARK


def open_seal(line: bytes) -> tuple[int, dict[str, Any]] | None:
    """The number of a sealed line and what it says; None where its sum does not hold."""
    body = line[:-_LENGTH]
    if b"%08x" % zlib.crc32(body) != line[-11:-3]:
        return None
    try:
        row: dict[str, Any] = orjson.loads(line)
        number = row["line"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    for key in _KEYS:
        del row[key]
    return number, row


class SealedLines:
    """Goes through the whole lines of a file, in progress or not; what it yields has no seals any more.

    DamageError at the first line that does not hold; a torn end, as a kill leaves it, is no damage.
    """

    def __init__(self, path: Path, end: int = 0, number: int = 0, sealed_from: int | None = None) -> None:
        """Begin at a byte, at which the line of that number stands; from `sealed_from` all must be sealed."""
        self.path = path
        self.end = end
        """Where the last line that was read ends."""
        self.number = number
        """Of the line that comes next."""
        self.unsealed = 0
        """How many of those that were read carry no sum."""
        self.sealed_from = sealed_from

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            file.seek(self.end)
            for line in file:
                if _is_torn(line, file):
                    return
                row = self._read(line)
                self.end += len(line)
                self.number += 1
                yield row

    def _read(self, line: bytes) -> dict[str, Any]:
        if not is_sealed(line):
            return self._read_unsealed(line)
        opened = open_seal(line)
        if opened is None:
            raise damaged(self.path, f"line {self.number + 1} of it, at byte {self.end}, fails its sum")
        number, row = opened
        if number != self.number:
            raise damaged(
                self.path, f"where line {self.number + 1} was, at byte {self.end}, stands line {number + 1}"
            )
        if self.sealed_from is None:
            self.sealed_from = number
        return row

    def _read_unsealed(self, line: bytes) -> dict[str, Any]:
        if self.sealed_from is not None and self.number >= self.sealed_from:
            raise damaged(self.path, f"line {self.number + 1} of it, at byte {self.end}, has lost its sum")
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            row = None
        if not isinstance(row, dict):
            raise damaged(
                self.path, f"line {self.number + 1} of it, at byte {self.end}, is not one of irloom's"
            )
        self.unsealed += 1
        return row


def _is_torn(line: bytes, file: BinaryIO) -> bool:
    """Whether this is an end that a kill (half a line) or a power cut (zeros) left."""
    if line.endswith(b"\n") and b"\0" not in line:
        return False
    position = file.tell()
    rest = file.read()
    file.seek(position)
    return not rest.strip(b"\0\n")
