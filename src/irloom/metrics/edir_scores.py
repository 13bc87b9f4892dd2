"""EDIR's scores: Recall@k by group with intervals, and what is found instead (arXiv 2601.16125).

With one target a query, as EDIR has, Recall@k is the share of queries whose target is among the first k.
Where there are several, one of them is enough.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from irloom.edits import TAXONOMY, EditCategory, Subcategory, category_of
from irloom.metrics.edir_layout import Case, Mode

if TYPE_CHECKING:
    from irloom.metrics.edir_gaps import Gaps

CUTS = (1, 3, 5, 10)
_INTERVAL = (2.5, 97.5)
"""Percentiles between which 95 % of the resamples lie."""

Hits = NDArray[np.bool_]
"""One row a query, one column a cut: whether a target is among the first so many."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A share of queries, 0..1, with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """Recall of some queries, by cut."""

    queries: int
    recall: Mapping[int, Recall]


@dataclass(frozen=True, slots=True)
class Errors:
    """What stands first where no target does, in queries."""

    total: int
    siblings: int
    reference: int
    """The reference image itself, where it is in the gallery."""

    @property
    def other(self) -> int:
        """Anything else."""
        return self.total - self.siblings - self.reference


@dataclass(frozen=True, slots=True)
class ModeScores:
    """Scores of one way of showing the queries."""

    micro: Group
    """Over queries: each counts the same."""
    macro: Group | None
    """Over subcategories: the mean of theirs; None where no query has one."""
    categories: Mapping[EditCategory, Group]
    subcategories: Mapping[Subcategory, Group]
    errors: Errors
    forms: Mapping[str, Group] = field(default_factory=dict)
    """By how a query is phrased, as its metadata say; none where no query says it, likewise of `steps`."""
    steps: Mapping[str, Group] = field(default_factory=dict)
    """By how many steps the edit has."""


@dataclass(frozen=True, slots=True)
class EdirScores:
    """The scores of an embedder on a data set."""

    embedder: str
    gallery: int
    unembedded_images: int
    """Images of the gallery without a vector: they are never found."""
    queries: int
    unanswerable: int
    """Queries without a positive, which are left out."""
    unnamed: int
    """Queries whose subcategory is not known: they are in no group but the whole, and not in macro."""
    references_excluded: bool
    resamples: int
    seed: int
    modes: Mapping[Mode, ModeScores]
    gaps: "Mapping[Mode, Gaps]"


def find_hits(cases: Sequence[Case], places: NDArray[np.int64]) -> Hits:
    """Whether a target of each case is among the first of each cut."""
    ranks = find_ranks(cases, places)
    return np.asarray((ranks[:, None] > 0) & (ranks[:, None] <= np.array(CUTS)))


def find_ranks(cases: Sequence[Case], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rank of the first target of each case, from 1; 0 where none was found."""
    ranks = np.zeros(len(cases), dtype=np.int64)
    for number, case in enumerate(cases):
        found = np.flatnonzero(np.isin(places[number], list(case.targets)))
        if len(found):
            ranks[number] = found[0] + 1
    return ranks


def score_mode(
    cases: Sequence[Case], places: NDArray[np.int64], resamples: int = 1000, seed: int = 0
) -> ModeScores:
    """Score what was found: places in the gallery, one row a case, the best first, -1 for nothing."""
    hits = find_hits(cases, places)
    names = [case.query.subcategory for case in cases]
    fine = {name: hits[[one == name for one in names]] for names_ in TAXONOMY.values() for name in names_}
    coarse = {
        category: hits[[one is not None and category_of(one) == category for one in names]]
        for category in TAXONOMY
    }
    met = {name: some for name, some in fine.items() if len(some)}
    return ModeScores(
        micro=_sum_up(hits, "micro", resamples, seed),
        macro=_average(met, resamples, seed) if met else None,
        categories={name: _sum_up(some, name, resamples, seed) for name, some in coarse.items() if len(some)},
        subcategories={name: _sum_up(some, name, resamples, seed) for name, some in met.items()},
        errors=_count_errors(cases, places[:, 0]),
        forms=_group_by(cases, hits, "form", resamples, seed),
        steps=_group_by(cases, hits, "steps", resamples, seed),
    )


def _group_by(cases: Sequence[Case], hits: Hits, name: str, resamples: int, seed: int) -> dict[str, Group]:
    """Recall by what the queries' metadata say under a name; `unknown` for those that do not say it."""
    told = [case.query.metadata.get(name) for case in cases]
    names = ["unknown" if one is None or one == "" else str(one) for one in told]
    if set(names) == {"unknown"}:
        return {}
    return {
        one: _sum_up(hits[[other == one for other in names]], f"{name} {one}", resamples, seed)
        for one in sorted(
            set(names), key=lambda one: (one == "unknown", len(one) if name == "steps" else 0, one)
        )
    }


def _sum_up(hits: Hits, name: str, resamples: int, seed: int) -> Group:
    return _as_group(len(hits), hits.mean(axis=0), _resample(hits, name, resamples, seed))


def _average(groups: Mapping[Subcategory, Hits], resamples: int, seed: int) -> Group:
    """The mean over subcategories, each resampled by itself."""
    means = np.mean([hits.mean(axis=0) for hits in groups.values()], axis=0)
    drawn = np.mean([_resample(hits, name, resamples, seed) for name, hits in groups.items()], axis=0)
    return _as_group(sum(map(len, groups.values())), means, drawn)


def _resample(hits: Hits, name: str, resamples: int, seed: int) -> NDArray[np.float64]:
    """Means of resamples with replacement, one row each.

    The number of hits among n draws from n queries has a binomial distribution, which is drawn from at
    once. Each group has numbers of its own, whatever other groups there are.
    """
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    drawn = random.binomial(len(hits), hits.mean(axis=0), size=(resamples, hits.shape[1]))
    return np.asarray(drawn / len(hits), dtype=np.float64)


def _as_group(queries: int, means: NDArray[np.float64], drawn: NDArray[np.float64]) -> Group:
    low, high = np.percentile(drawn, _INTERVAL, axis=0)
    return Group(
        queries,
        {cut: Recall(float(means[at]), float(low[at]), float(high[at])) for at, cut in enumerate(CUTS)},
    )


def _count_errors(cases: Sequence[Case], first: NDArray[np.int64]) -> Errors:
    wrong = [
        (case, place) for case, place in zip(cases, first.tolist(), strict=True) if place not in case.targets
    ]
    reference = sum(place in case.references for case, place in wrong)
    siblings = sum(place in case.siblings - case.references for case, place in wrong)
    return Errors(len(wrong), siblings, reference)
