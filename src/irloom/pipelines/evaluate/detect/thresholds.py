"""What a threshold keeps, and how many errors are left among it; of a chat model, for `--verify-above`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from irloom.metrics.ranking import Scores
from irloom.pipelines.evaluate.detect.detections import Detections

MOST = 101
"""Lines at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of the sentences when those with this score or more are kept."""

    threshold: float
    kept: int
    share: float
    """Of all sentences."""
    errors: int
    """Wrong sentences among the kept ones."""
    noise: float
    """Their share of the kept ones; 0 where none is kept."""
    correct_share: float | None
    """Of the right sentences, how many are kept; None where there are none."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Every threshold, beside what there is before any is set."""

    sentences: int
    errors: int
    noise: float
    scoreless: int
    """Sentences without a score: none of them is ever kept, as `--verify-above` keeps none."""
    lines: Sequence[Kept]
    thinned: bool
    """Whether there are more different scores than lines."""
    verifies: bool
    """Whether thresholds are ones for `--verify-above`, which takes no similarities."""


def filter_by_score(run: Detections) -> Filter:
    """One line a different score, the lowest first; thinned to even shares of the sentences."""
    read, right = run.columns.read, run.columns.right
    known = ~np.isnan(read)
    values = np.unique(read[known])
    thresholds = _thin(read[known], values)
    wrong_scores, right_scores = np.sort(read[known & ~right]), np.sort(read[known & right])
    return Filter(
        sentences=len(right),
        errors=int((~right).sum()),
        noise=float((~right).mean()),
        scoreless=int((~known).sum()),
        lines=[_keep(float(one), right_scores, wrong_scores, right.sum(), len(right)) for one in thresholds],
        thinned=len(thresholds) < len(values),
        verifies=not run.is_similarity,
    )


def _thin(read: Scores, values: Scores) -> Scores:
    if len(values) > MOST:
        values = np.quantile(read, np.linspace(0, 1, MOST), method="inverted_cdf")
    # Six figures are what is shown: a line is counted at the threshold that a user copies from it.
    return np.unique([float(f"{value:.6g}") for value in values])


def _keep(threshold: float, right: Scores, wrong: Scores, all_right: int, total: int) -> Kept:
    correct = len(right) - int(np.searchsorted(right, threshold, side="left"))
    errors = len(wrong) - int(np.searchsorted(wrong, threshold, side="left"))
    kept = correct + errors
    share = correct / int(all_right) if all_right else None
    return Kept(threshold, kept, kept / total, errors, errors / kept if kept else 0.0, share)
