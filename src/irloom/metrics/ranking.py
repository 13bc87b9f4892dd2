"""How well scores put what is right before what is wrong: AUROC with intervals, ties, average precision.

Items that hang together, such as the sentences about one image, form a cluster, and an interval is taken over
clusters: DeLong's (Biometrics 44, 1988) as Obuchowski extends it to clusters (Biometrics 53, 1997), or a
bootstrap. With one item a cluster the former is DeLong's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.estimates import Estimate

Flags = NDArray[np.bool_]
Scores = NDArray[np.float64]
Clusters = NDArray[np.int64]
"""Of each item the number of its cluster, from 0."""
Draws = NDArray[np.float64]
"""How often a resample holds each cluster: one row a resample, one column a cluster."""

_INTERVAL = (2.5, 97.5)
_Z = 1.959964
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""
_CHUNK = 100
"""Resamples that are scored at once: 16 MB with 20,000 different scores."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """An AUROC, 0..1, a mean of some, or a difference of two, with what its interval is made of."""

    value: float
    pulls: NDArray[np.float64]
    """How far each cluster pulls it off its expectation; NaN where one side lies in a single cluster."""
    drawn: NDArray[np.float64] | None = None
    """Its value in each resample, NaN where that has one class only; None for DeLong's interval."""


def find_auroc(right: Flags, scores: Scores) -> float | None:
    """The share of pairs of a right and a wrong item that are in order, ties one half; None for one class."""
    if right.all() or not right.any():
        return None
    from sklearn.metrics import roc_auc_score  # takes a second to import

    return float(roc_auc_score(right, scores))


def rank(
    right: Flags, scores: Scores, clusters: Clusters, number: int, draws: Draws | None
) -> Ranking | None:
    """The same with what its interval needs; `number` counts the clusters. None for one class."""
    value = find_auroc(right, scores)
    if value is None:
        return None
    above, below = _place(right, scores)
    pulls = _pull(above - value, clusters[right], number) + _pull(below - value, clusters[~right], number)
    drawn = None if draws is None else resample(right, scores, clusters, draws)
    return Ranking(value, pulls, drawn)


def _place(right: Flags, scores: Scores) -> tuple[Scores, Scores]:
    """Of each right item the share of wrong ones below it, of each wrong one that of right ones above it."""
    from scipy.stats import rankdata

    ranks, ups, downs = rankdata(scores), int(right.sum()), int((~right).sum())
    above = (ranks[right] - rankdata(scores[right])) / downs
    below = 1 - (ranks[~right] - rankdata(scores[~right])) / ups
    return above, below


def _pull(deviations: Scores, clusters: Clusters, number: int) -> NDArray[np.float64]:
    """The sum of each cluster's deviations as a share of all items, made wider for being measured itself."""
    met = len(np.unique(clusters))
    if met < 2:
        return np.full(number, np.nan)
    sums = np.bincount(clusters, deviations, minlength=number)
    return np.asarray(sums / len(deviations) * np.sqrt(met / (met - 1)), dtype=np.float64)


def average(rankings: Sequence[Ranking]) -> Ranking:
    """The plain mean of figures on the same clusters, which may share them."""
    drawn = [one.drawn for one in rankings if one.drawn is not None]
    return Ranking(
        float(np.mean([one.value for one in rankings])),
        np.mean([one.pulls for one in rankings], axis=0),
        np.mean(drawn, axis=0) if drawn else None,
    )


def subtract(one: Ranking, other: Ranking) -> Ranking:
    """What `one` has over `other`, paired by cluster: DeLong's test of two correlated curves."""
    drawn = None if one.drawn is None or other.drawn is None else one.drawn - other.drawn
    return Ranking(one.value - other.value, one.pulls - other.pulls, drawn)


def estimate(ranking: Ranking, low: float = 0.0, high: float = 1.0) -> Estimate:
    """The figure with its interval, which is cut at what it can be; no interval where nothing varies."""
    if ranking.drawn is not None:
        known = ranking.drawn[np.isfinite(ranking.drawn)]
        ends = np.percentile(known, _INTERVAL) if known.size and np.ptp(known) else None
    else:
        deviation = float(np.sqrt(np.square(ranking.pulls).sum()))
        wide = deviation > 1e-12
        ends = ranking.value + _Z * deviation * np.array([-1, 1]) if wide else None
    if ends is None:
        return Estimate(ranking.value, None, None)
    return Estimate(ranking.value, *(float(end) for end in np.clip(ends, low, high)))


def draw_clusters(number: int, resamples: int, seed: int) -> Draws:
    """Resamples of clusters with replacement."""
    random = np.random.default_rng(seed)
    return random.multinomial(number, np.full(number, 1 / number), size=resamples).astype(np.float64)


def resample(right: Flags, scores: Scores, clusters: Clusters, draws: Draws) -> NDArray[np.float64]:
    """The AUROC of each resample, whole clusters at a time; NaN for one that has one class only."""
    values, places = np.unique(scores, return_inverse=True)
    shape = (draws.shape[1], len(values))
    ups = _count_scores(clusters[right], places[right], shape)
    downs = _count_scores(clusters[~right], places[~right], shape)
    return np.concatenate([_score_draws(chunk, ups, downs) for chunk in _cut(draws)])


def _count_scores(clusters: Clusters, places: NDArray[np.int64], shape: tuple[int, int]) -> Any:
    """How many items of each cluster have each score, as a sparse matrix."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(places)), (clusters, places)), shape=shape)


def _cut(draws: Draws) -> Iterator[Draws]:
    yield from (draws[start : start + _CHUNK] for start in range(0, len(draws), _CHUNK))


def _score_draws(draws: Draws, ups: Any, downs: Any) -> NDArray[np.float64]:
    """Mid-ranks by counting: below a score lie all lower ones and half of those that are equal."""
    above, below = np.asarray(draws @ ups), np.asarray(draws @ downs)
    pairs = above.sum(axis=1) * below.sum(axis=1)
    ordered = (above * (np.cumsum(below, axis=1) - below / 2)).sum(axis=1)
    values = np.full(len(draws), np.nan)
    np.divide(ordered, pairs, out=values, where=pairs > 0)
    return values


def share_ties(right: Flags, scores: Scores) -> float | None:
    """The share of pairs of a right and a wrong item that have the same score; None for one class."""
    if right.all() or not right.any():
        return None
    values, places = np.unique(scores, return_inverse=True)
    ups = np.bincount(places[right], minlength=len(values))
    downs = np.bincount(places[~right], minlength=len(values))
    return float((ups * downs).sum() / (ups.sum() * downs.sum()))


def find_average_precision(wanted: Flags, scores: Scores) -> float | None:
    """Precision at each different score, weighted by the recall that it adds; None where nothing is wanted.

    Equal scores are one threshold, as in scikit-learn, whose own is too slow for a call a sentence.
    """
    if not wanted.any():
        return None
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(wanted[order])
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    precision = hits[ends] / (ends + 1)
    return float((precision * np.diff(hits[ends], prepend=0)).sum() / hits[-1])
