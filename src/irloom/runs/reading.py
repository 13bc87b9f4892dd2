"""Reads a run, in progress or not: rows stop at the last commit; a sample counts by its last attempt."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from irloom.errors import RunDirError
from irloom.runs.commits import DATA_FILES
from irloom.runs.spans import locate, read_spans
from irloom.runs.storage import read_lines
from irloom.runs.summary import committed_end, last_commits

_NO_ROWS = frozenset({"transcripts", "rules"})


def list_row_files(root: Path) -> list[str]:
    """The data files of a run that hold rows of samples, whichever flow it is of."""
    names = dict.fromkeys(name for names in DATA_FILES.values() for name in names)
    return [name for name in names if name not in _NO_ROWS and (root / f"{name}.jsonl").is_file()]


def iterate_rows(root: Path, name: str) -> Iterator[dict[str, Any]]:
    """Rows of a data file that count: committed ones, of each sample's last attempt."""
    attempts = {sample: event["attempt"] for sample, event in last_commits(root).items()}
    path = root / f"{name}.jsonl"
    for _, row in read_lines(path, end=committed_end(root, path.name)):
        if row["attempt"] == attempts.get(row["sample"]):
            yield row


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
