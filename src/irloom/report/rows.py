"""Goes through a run's rows once: what they say of their making, some scores, and some samples to show."""

import hashlib
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from irloom.engine.reader import iterate_rows
from irloom.export.facts import Facts
from irloom.export.selection import score_of

Row = Mapping[str, Any]

SHOWN = 24
"""Samples of the contact sheet."""
_SCORES = 5_000
"""Pairs whose scores are drawn."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "infrared": ("pairs", "instructions"),
    "imgcoder": ("figures", "instructions"),
    "cir": ("edits",),
}
"""Data files of a flow; the first holds the pictures."""


@dataclass(slots=True)
class Sampled:
    """What a report needs of rows, in bounded memory."""

    facts: Facts = field(default_factory=Facts)
    rows: Counter[str] = field(default_factory=Counter)
    """By data file."""
    scores: list[tuple[float, float]] = field(default_factory=list)
    """Of original and chosen captions, drawn from all pairs."""
    scored: int = 0
    marks: dict[str, Counter[int]] = field(default_factory=dict)
    """Of figures, by criterion."""
    shown: list[Row] = field(default_factory=list)
    """Rows of some samples, one each, drawn from all."""


def sample_rows(root: Path, flow: str) -> Sampled:
    """Read every committed row of a run; the same rows give the same samples."""
    found = Sampled()
    draw = random.Random(0)
    chosen: dict[str, Row] = {}
    for kind in KINDS[flow]:
        for row in iterate_rows(root, kind):
            found.rows[kind] += 1
            found.facts.take(row)
            if kind == KINDS[flow][0]:
                _keep_shown(chosen, row)
                _keep_scores(found, row, draw)
                _count_marks(found, row)
    found.shown = [chosen[sample] for sample in sorted(chosen, key=_draw)]
    return found


def _keep_shown(chosen: dict[str, Row], row: Row) -> None:
    """Keep the first row of each of the samples whose hashes are lowest."""
    sample = row["sample"]
    if sample in chosen:
        return
    chosen[sample] = row
    if len(chosen) > SHOWN:
        del chosen[max(chosen, key=_draw)]


def _keep_scores(found: Sampled, row: Row, draw: random.Random) -> None:
    """Draw from all pairs alike, however many there are."""
    chosen, original = score_of(row), _score_original(row)
    if chosen is None or original is None:
        return
    found.scored += 1
    if len(found.scores) < _SCORES:
        found.scores.append((original, chosen))
    elif (place := draw.randrange(found.scored)) < _SCORES:
        found.scores[place] = original, chosen


def _score_original(row: Row) -> float | None:
    scores = (one["score"] for one in row.get("candidates", ()) if one["text"] == row["original"])
    return max((score for score in scores if score is not None), default=None)


def _count_marks(found: Sampled, row: Row) -> None:
    judgement = row.get("judgement") or {}
    for name, mark in judgement.get("scores", {}).items():
        found.marks.setdefault(name, Counter())[mark] += 1


def _draw(sample: str) -> bytes:
    return hashlib.sha256(sample.encode()).digest()
