"""Reads how many there are of something in pictures that somebody counted by hand, from a small CSV file.

The first line names the columns: `image`, and what was counted, such as `people`. An image is a file name
in the folder of the pictures, with or without its ending. A column `sequence` says which images never part.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from irloom.errors import ConfigError
from irloom.question_sets.template.told import Picture, Told
from irloom.sources.listing import SUFFIXES

SOURCE = "counts"
"""What tasks call it among their sets."""
_IMAGE, _SEQUENCE = "image", "sequence"


def read_counts(path: Path, root: Path) -> Iterator[Told]:
    """The counted pictures below `root`, in the order of the file; an empty field was not counted.

    Raises ConfigError, with the line, for a number that is none and for an image that is not there or twice.
    """
    names = _list_pictures(root)
    met: set[str] = set()
    for line, row in _read_rows(path):
        name = _find(row[_IMAGE].strip(), names, f"--counts {path}, line {line}")
        if name in met:
            raise ConfigError(f"--counts {path}, line {line}: {name} stands there twice; keep one line of it")
        met.add(name)
        counts = {
            label: _read_count(number, f"--counts {path}, line {line}, {label}")
            for label, number in row.items()
            if label not in {_IMAGE, _SEQUENCE} and number.strip()
        }
        picture = Picture(SOURCE, name, name, _name_group(name, row.get(_SEQUENCE, "")))
        known = {label: number for label, number in counts.items() if number}
        yield Told(picture, counts=known, classes=frozenset(counts))


def _name_group(name: str, sequence: str) -> str:
    """The sequence that the file tells; without one a picture stands alone."""
    return f"{SOURCE}/sequence/{sequence.strip()}" if sequence.strip() else f"{SOURCE}/still/{name}"


def _read_rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows by column, each with its line. Raises ConfigError."""
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), strict=True)
        columns = [name.strip() for name in rows.fieldnames or ()]
        is_unclear = len(set(columns)) < len(columns) or "" in columns
        if _IMAGE not in columns or is_unclear or not set(columns) - {_IMAGE, _SEQUENCE}:
            raise ConfigError(
                f"--counts {path} begins with {', '.join(columns) or 'nothing'}: its first line names the "
                "columns, `image`, what was counted, and `sequence` if there are such, each once"
            )
        rows.fieldnames = columns
        for row in rows:
            if None in row or None in row.values():
                raise ConfigError(f"--counts {path}, line {rows.line_num}: write {len(columns)} fields")
            yield rows.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"--counts {path} cannot be read: {error}") from error


def _list_pictures(root: Path) -> Mapping[str, list[str]]:
    """Pictures in a folder by their names, and by their names without the ending."""
    names: dict[str, list[str]] = {}
    for path in sorted(root.iterdir()):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            names.setdefault(path.name, []).append(path.name)
            names.setdefault(path.stem, []).append(path.name)
    return names


def _find(image: str, names: Mapping[str, list[str]], where: str) -> str:
    found = names.get(image, [])
    if len(found) != 1:
        reason = f"{len(found)} pictures are called so" if found else "no picture of the folder is called so"
        raise ConfigError(f"{where}: {image!r}: {reason}; write its file name")
    return found[0]


def _read_count(number: str, where: str) -> int:
    if not number.strip().isascii() or not number.strip().isdigit() or len(number.strip()) > 9:
        raise ConfigError(f"{where}: {number!r} is no count; write a whole number such as 6, or nothing")
    return int(number)
