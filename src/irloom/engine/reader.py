"""Reads a run, in progress or not: rows stop at the last commit; a sample counts by its last attempt.

What is read is checked against the log. Where a file is not as it was written, readers go up to the last
rows that hold and tell (`irloom.engine.damage`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.damage import damaged
from irloom.engine.journal import Turn
from irloom.engine.log import iterate_commits, list_files
from irloom.engine.rows import iterate_committed, parse_row
from irloom.engine.spans import Span, Vouched, read_span
from irloom.engine.summary import last_commits
from irloom.errors import RunDirError

_NO_ROWS = frozenset({"transcripts", "rules"})


def list_row_files(root: Path) -> list[str]:
    """The data files of a run that hold rows of samples, whichever flow it is of."""
    return [name for name in list_files(root) if name not in _NO_ROWS]


def list_kept_files(root: Path) -> list[str]:
    """Those that hold neither failures nor rejections, for a run whose flow nobody can ask."""
    return [name for name in list_row_files(root) if name != "failed" and not name.startswith("rejected")]


def iterate_rows(root: Path, name: str) -> Iterator[dict[str, Any]]:
    """Rows of a data file that count: committed ones, of each sample's last attempt."""
    for _, row in iterate_placed_rows(root, name):
        yield row


def iterate_placed_rows(
    root: Path, name: str, attempts: Mapping[str, int] | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The same with the offset at which each begins, by which `read_rows_at` finds it again.

    Who has asked for `last_attempts` spares the log.
    """
    attempts = last_attempts(root) if attempts is None else attempts
    for start, row in iterate_committed(root, name):
        if row["attempt"] == attempts.get(row["sample"]):
            yield start, row


def last_attempts(root: Path) -> dict[str, int]:
    """The attempt of each sample's last commit, in the order of first commits; RunDirError for no run."""
    if not (root / "commits.jsonl").is_file():
        raise RunDirError(f"{root} holds no run (there is no commits.jsonl).")
    commits = (event for event in iterate_commits(root) if event["event"] == "commit")
    return {event["sample"]: event["attempt"] for event in commits}


def read_rows_at(root: Path, name: str, offsets: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The rows that begin at these offsets: the same ones, however far the run has gone on meanwhile."""
    with (root / f"{name}.jsonl").open("rb") as file:
        for offset in offsets:
            file.seek(offset)
            yield orjson.loads(file.readline())


def read_sample(root: Path, sample: str) -> dict[str, Any]:
    """Everything about one sample: its commit, its rows by file, and the transcript of its last attempt."""
    commit = last_commits(root).get(sample)
    if commit is None:
        raise RunDirError(
            f"No sample {sample!r} is committed in {root}. "
            f"To list those that are: irloom inspect {root} --outcome accepted (or rejected, or failed)"
        )
    found: dict[str, Any] = {"commit": commit}
    for name in (*list_row_files(root), "transcripts"):
        span = locate(root, {sample}, name)[sample][-1:]
        found[name] = list(read_spans(root, span, name))
    return found


def locate(root: Path, samples: Collection[str] | None, name: str = "transcripts") -> dict[str, list[Span]]:
    """Byte spans in a data file for each of these samples (or all), one an attempt, in order."""
    spans: dict[str, list[Span]] = {}
    vouched = Vouched()
    for event in iterate_commits(root):
        here = vouched.ends.get(f"{name}.jsonl", 0)
        span = vouched.take(event).get(name, Span(here, here))
        if event["event"] == "commit" and (samples is None or event["sample"] in samples):
            spans.setdefault(event["sample"], []).append(span)
    return spans


def read_spans(root: Path, spans: Collection[Span], name: str = "transcripts") -> Iterator[dict[str, Any]]:
    """The rows at some spans of a data file; DamageError where the file is not as it was written."""
    path = root / f"{name}.jsonl"
    try:
        with path.open("rb") as file:
            for span in spans:
                for line in read_span(file, path, span).splitlines():
                    yield parse_row(path, line)
    except FileNotFoundError:
        raise damaged(path, "it is missing") from None


def earlier_turns(root: Path, spans: Collection[Span]) -> dict[str, Turn]:
    """Every recorded call of a sample's earlier attempts, by key."""
    return {turn["key"]: turn for row in read_spans(root, spans) for turn in row["turns"]}
