"""The lines of text annotations, as numbers and words."""

import re
from collections.abc import Iterator

from irloom.errors import SourceError
from irloom.sources.numbers import read_number

_BETWEEN = re.compile(r"[,;\s]+")


def read_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line that has something, and its fields; a comma at its end is overlooked.

    Raises SourceError for what is no text.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"it is no text in UTF-8: {error}") from error
    for number, line in enumerate(text.splitlines(), 1):
        fields = [field for field in _BETWEEN.split(line.strip()) if field]
        if fields:
            yield number, fields


def read_floats(fields: list[str]) -> list[float] | None:
    """All fields as finite numbers; None where one is none."""
    numbers = [number for number in map(read_number, fields) if number is not None]
    return numbers if len(numbers) == len(fields) else None
