"""Writes an export: streamed to a temporary file, then renamed, so that no half file is ever read."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import jsonlines
import orjson

from irloom.engine.odd_files import create_anew
from irloom.errors import UserError

Item = Mapping[str, Any]


def write_json_list(path: Path, items: Iterable[Item]) -> int:
    """One JSON list, an item a line; returns how many."""
    count = 0
    with _replacing(path) as file:
        file.write("[")
        for count, item in enumerate(items, 1):
            file.write((",\n" if count > 1 else "\n") + orjson.dumps(item).decode())
        file.write("\n]\n")
    return count


def write_json_lines(path: Path, items: Iterable[Item]) -> int:
    """One JSON object a line; returns how many."""
    count = 0
    with _replacing(path) as file, jsonlines.Writer(file, dumps=_dump) as writer:
        for count, item in enumerate(items, 1):  # noqa: B007 - the last number is wanted after the loop
            writer.write(item)
    return count


def write_text(path: Path, text: str) -> None:
    """A text, in place of an older one."""
    with _replacing(path) as file:
        file.write(text)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(create_anew(temporary), "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _dump(item: Any) -> str:
    return orjson.dumps(item).decode()


Writer = Callable[[Path, Iterable[Item]], int]
