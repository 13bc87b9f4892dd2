"""Reads what a run holds of one sample, by offset."""

from pathlib import Path
from typing import Any

from irloom.engine.pictures import find_hashes
from irloom.engine.reader import read_spans
from irloom.views.blocks import Told
from irloom.web.queries import Entry

_NOT_OF_SAMPLES = frozenset({"rules", "transcripts"})


def read_rows(root: Path, entry: Entry) -> dict[str, list[dict[str, Any]]]:
    """The rows of a sample's last attempt, by data file."""
    return {
        name: list(read_spans(root, [span], name))
        for name, span in entry.spans.items()
        if name not in _NOT_OF_SAMPLES
    }


def read_turns(root: Path, entry: Entry) -> list[dict[str, Any]]:
    """Every call of a sample's last attempt, in the order of the flow."""
    rows = read_spans(root, [entry.spans["transcripts"]])
    return [turn for row in rows for turn in row["turns"]]


def find_recorded(root: Path, entry: Entry) -> dict[str, str]:
    """The sha256 of each picture of a sample, as it was committed, by path in the run."""
    commit = {} if entry.files is None else {"files": entry.files}
    return find_hashes(root, commit, entry.spans.get("transcripts"))


def tell_sample(root: Path, entry: Entry) -> Told:
    """Everything that is known of a sample's last attempt; RunDirError where its rows were edited."""
    used = [turn for turn in read_turns(root, entry) if not turn.get("unused")]
    commit = {"sample": entry.sample, "outcome": entry.outcome, "attempt": entry.attempt}
    tasks = {name: said.split(" ")[0] for name, said in entry.verdicts.items() if name != "objections"}
    return Told({**commit, "rules": entry.rules, "tasks": tasks}, read_rows(root, entry), used)
