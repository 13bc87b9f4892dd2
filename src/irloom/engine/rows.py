"""The committed rows of a data file, each commit's checked before it is used."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.damage import damaged, tell
from irloom.engine.log import iterate_commits
from irloom.engine.spans import Span, Vouched, read_span
from irloom.errors import DamageError

Added = Sequence[tuple[str, Span]]
"""Who added what to a data file, in order."""


def iterate_committed(
    root: Path, name: str, added: Added | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every committed row of a data file, of whichever attempt, with the offset at which it begins.

    Who reads several files spares the log by `list_added`, whose answer for this one is `added`.
    """
    path = root / f"{name}.jsonl"
    if not path.is_file():
        tell(damaged(path, "it is missing"))
        return
    try:
        with path.open("rb") as file:
            for sample, span in _find_added(root, name) if added is None else added:
                start = span.start
                for line in read_span(file, path, span, sample).splitlines(keepends=True):
                    yield start, parse_row(path, line)
                    start += len(line)
    except DamageError as damage:
        tell(damage)


def _find_added(root: Path, name: str) -> Iterator[tuple[str, Span]]:
    return ((sample, span) for of, sample, span in _iterate_added(root) if of == name)


def list_added(root: Path, names: Iterable[str]) -> dict[str, Added]:
    """Who added what to some data files, in order, from one reading of the log."""
    found: dict[str, list[tuple[str, Span]]] = {name: [] for name in names}
    for name, sample, span in _iterate_added(root):
        if name in found:
            found[name].append((sample, span))
    return dict(found)


def _iterate_added(root: Path) -> Iterator[tuple[str, str, Span]]:
    """Each data file, the sample that added to it, and what; who added nothing to it is left out."""
    vouched = Vouched()
    for event in iterate_commits(root):
        for name, span in vouched.take(event).items():
            if span.end > span.start:
                yield name, str(event.get("sample", "")), span


def parse_row(path: Path, line: bytes) -> dict[str, Any]:
    """A row of a data file; DamageError where the line holds none."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise damaged(path, f"what should be a row is not JSON ({error})") from error
    if not isinstance(row, dict):
        raise damaged(path, "what should be a row is no JSON object")
    return row
