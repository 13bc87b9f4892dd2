"""How well a detector tells right sentences from wrong ones, by group: AUROC and its plain mean.

As published (AlignBench, arXiv 2511.20515): over all sentences of a group, right is positive, ties count
half, and the mean over groups is unweighted. Our own choice, as the paper states none: a sentence without a
score counts as the middle of the scale, and the figure without such sentences stands beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.estimates import Estimate
from irloom.metrics.ranking import (
    Draws,
    Flags,
    Ranking,
    Scores,
    average,
    draw_clusters,
    estimate,
    find_auroc,
    rank,
    share_ties,
)
from irloom.pipelines.evaluate.detect.detections import Columns, Detections, number_clusters


@dataclass(frozen=True, slots=True)
class Intervals:
    """How intervals are taken: DeLong's over images, or a bootstrap over them."""

    resamples: int | None = None
    """None for DeLong's."""
    seed: int = 0

    def draw(self, number: int) -> Draws | None:
        """The resamples of so many images."""
        return None if self.resamples is None else draw_clusters(number, self.resamples, self.seed)


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One group, or another part of the sentences."""

    name: str
    correct: int
    incorrect: int
    auroc: Estimate | None
    """None where there is one class only."""
    read_only: float | None
    """AUROC without the sentences that have no score."""
    ties: float | None
    """Share of the pairs of a right and a wrong sentence that have the same score."""
    unread: int
    failed: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A run's AUROC."""

    groups: Sequence[GroupScore]
    mean: Estimate | None
    """Over the groups where it is defined."""
    mean_read_only: float | None
    undefined: Sequence[str]
    """The groups that have one class only, and so take no part in the mean."""


class Ranker:
    """Ranks parts of one set of sentences on common images, so that means and differences are paired."""

    def __init__(self, columns: Columns, intervals: Intervals) -> None:
        self.right = columns.right
        self.clusters, self.number = number_clusters(columns)
        self.draws = intervals.draw(self.number)

    def rank(self, scores: Scores, part: Flags | None = None) -> Ranking | None:
        """The AUROC of these scores on a part of the sentences; None for one class."""
        rows = np.ones(len(self.right), dtype=bool) if part is None else part
        return rank(self.right[rows], scores[rows], self.clusters[rows], self.number, self.draws)

    def rank_groups(self, scores: Scores, groups: NDArray[np.str_]) -> dict[str, Ranking | None]:
        """Of each group in alphabetical order."""
        return {str(name): self.rank(scores, groups == name) for name in np.unique(groups)}


def score_groups(run: Detections, intervals: Intervals) -> Scored:
    """Every group, and the plain mean."""
    rankings = Ranker(run.columns, intervals).rank_groups(run.scores, run.columns.groups)
    groups = [
        describe_part(name, run, run.columns.groups == name, ranking) for name, ranking in rankings.items()
    ]
    known = [ranking for ranking in rankings.values() if ranking is not None]
    read = [one.read_only for one in groups if one.read_only is not None]
    return Scored(
        groups=groups,
        mean=estimate(average(known)) if known else None,
        mean_read_only=float(np.mean(read)) if read else None,
        undefined=[name for name, ranking in rankings.items() if ranking is None],
    )


def describe_part(name: str, run: Detections, part: Flags, ranking: Ranking | None) -> GroupScore:
    """Counts of a part of the sentences beside its AUROC."""
    right, scores, missing = run.columns.right[part], run.scores[part], np.isnan(run.columns.read[part])
    failed = int(run.columns.failed[part].sum())
    return GroupScore(
        name=name,
        correct=int(right.sum()),
        incorrect=int((~right).sum()),
        auroc=None if ranking is None else estimate(ranking),
        read_only=find_auroc(right[~missing], scores[~missing]) if (~missing).any() else None,
        ties=share_ties(right, scores),
        unread=int(missing.sum()) - failed,
        failed=failed,
    )
