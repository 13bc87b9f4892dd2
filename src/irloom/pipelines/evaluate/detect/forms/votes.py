"""The votes of a panel, and whether what a file says of them follows from them."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from irloom.alignment import Label
from irloom.metrics.agreement import agreement_ratio, item_agreement

_COLUMNS: dict[Label, str] = {
    "correct": "n_correct",
    "incorrect": "n_incorrect",
    "unknown": "n_unknown",
}
_MOST_JUDGES = 10**6
"""Of a panel: a larger number is a damaged one."""
_ROUNDED = 0.0051
"""What two decimals leave open."""


def read_votes(record: Mapping[str, Any]) -> dict[Label, int]:
    """How many said what; empty where the columns are missing or hold no counts."""
    counts = {label: record.get(column) for label, column in _COLUMNS.items()}
    votes: dict[Label, int] = {label: int(count) for label, count in counts.items() if _is_count(count)}
    return votes if len(votes) == len(_COLUMNS) and any(votes.values()) else {}


def compare_votes(record: Mapping[str, Any], label: Label, votes: Mapping[Label, int]) -> Iterator[str]:
    """What the row says otherwise than its votes: the share that agrees, Fleiss' P_i, the label."""
    if not votes:
        counts_there = [record[column] for column in _COLUMNS.values() if record.get(column) is not None]
        if not all(map(_is_count, counts_there)):
            yield "votes that are no counts"
        return
    counts = tuple(votes.values())
    if not _agrees(record.get("agreement_ratio"), agreement_ratio(counts)):
        yield "an `agreement_ratio` that is not what the votes give"
    if not _agrees(record.get("fleiss_Pi"), item_agreement(counts)):
        yield "a `fleiss_Pi` that is not what the votes give"
    if votes[label] < max(counts):
        yield "a label that most of the panel did not give"


def _is_count(said: object) -> TypeGuard[int | float]:
    return isinstance(said, int | float) and 0 <= said <= _MOST_JUDGES and said == int(said)


def _agrees(said: object, found: float | None) -> bool:
    """Whether a column is missing, says what it must, or what nothing follows for, as of a single judge."""
    if not isinstance(said, int | float) or found is None:
        return True
    return abs(said - found) <= _ROUNDED
