"""A file or folder of labelled sentences as it lies there, before anybody knows in which form it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from irloom.errors import ConfigError

_BOM = b"\xef\xbb\xbf"
_LOOKED_AT = 100
"""Records at the beginning, of which some may be broken."""
BROKEN = object()
"""Stands for a line that is no JSON."""


@dataclass(frozen=True, slots=True)
class Document:
    """What `--data` names: a folder, a file of JSON Lines, or a file of one JSON value."""

    path: Path
    value: Any = None
    """All of a JSON file; None for a folder, and for JSON Lines, which are never held as a whole."""
    beginning: Sequence[Any] = ()
    """The first records, by which a form is known."""

    @property
    def is_folder(self) -> bool:
        """Whether it is no file."""
        return self.path.is_dir()

    def has(self, *names: str) -> bool:
        """Whether one of the first records is an object with these names in it."""
        return any(has_keys(record, *names) for record in self.beginning)

    def iterate_records(self) -> Iterator[tuple[str, Any]]:
        """Each record with where it stands; a line that cannot be read is `BROKEN`."""
        if self.value is None:
            yield from _iterate_lines(self.path)
        elif isinstance(self.value, list):
            yield from ((f"record {number}", record) for number, record in enumerate(self.value, 1))
        else:
            yield "record 1", self.value


def open_document(path: Path) -> Document:
    """Look at what `--data` names. Raises ConfigError for what is not there, is empty or is no JSON."""
    if path.is_dir():
        return Document(path)
    try:
        return _open_file(path)
    except OSError as error:
        raise ConfigError(f"--data {path}: {error.strerror or error}") from error


def _open_file(path: Path) -> Document:
    with path.open("rb") as file:
        lines = [line for line in islice(file, _LOOKED_AT) if line.strip()]
    if not lines:
        raise ConfigError(f"--data {path} is empty.")
    parsed = [parse_line(line) for line in lines]
    records = [record for record in parsed if isinstance(record, dict)]
    if len(lines) > 1 and isinstance(parsed[0], dict):
        return Document(path, beginning=records)
    try:
        value = orjson.loads(path.read_bytes().removeprefix(_BOM))
    except ValueError as error:
        if records:
            return Document(path, beginning=records)
        raise ConfigError(f"--data {path} is neither JSON nor JSON Lines: {error}") from error
    return Document(path, value, value[:_LOOKED_AT] if isinstance(value, list) else [value])


def has_keys(record: Any, *names: str) -> bool:
    """Whether a record is an object with these names in it."""
    return isinstance(record, dict) and all(name in record for name in names)


def _iterate_lines(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"line {number}", parse_line(line)


def parse_line(line: bytes) -> Any:
    """A line of JSON Lines, or `BROKEN`."""
    try:
        return orjson.loads(line.removeprefix(_BOM))
    except ValueError:
        return BROKEN
