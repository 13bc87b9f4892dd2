"""The committed rows of a data file, each commit's checked before it is used."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.damage import damaged, tell
from irloom.engine.log import iterate_commits
from irloom.engine.spans import Span, Vouched, read_span
from irloom.errors import DamageError


def iterate_committed(root: Path, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every committed row of a data file, of whichever attempt, with the offset at which it begins."""
    path = root / f"{name}.jsonl"
    if not path.is_file():
        tell(damaged(path, "it is missing"))
        return
    try:
        with path.open("rb") as file:
            for sample, span in _list_spans(root, name):
                start = span.start
                for line in read_span(file, path, span, sample).splitlines(keepends=True):
                    yield start, parse_row(path, line)
                    start += len(line)
    except DamageError as damage:
        tell(damage)


def _list_spans(root: Path, name: str) -> Iterator[tuple[str, Span]]:
    """Who added what to a data file, in order; those who added nothing are left out."""
    vouched = Vouched()
    for event in iterate_commits(root):
        span = vouched.take(event).get(name)
        if span is not None and span.end > span.start:
            yield str(event.get("sample", "")), span


def parse_row(path: Path, line: bytes) -> dict[str, Any]:
    """A row of a data file; DamageError where the line holds none."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise damaged(path, f"what should be a row is not JSON ({error})") from error
    if not isinstance(row, dict):
        raise damaged(path, "what should be a row is no JSON object")
    return row
