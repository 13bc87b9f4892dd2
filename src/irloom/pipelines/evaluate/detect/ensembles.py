"""Several detectors as one: the mean of their standardised scores or of their ranks.

The paper states no rule (AlignBench, arXiv 2511.20515). Which detectors and which rule is chosen on four
fifths of the images and scored on the last fifth, five times over, so that no figure here is picked by
hindsight; the best single detector beside it is chosen in the same way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.estimates import Estimate
from irloom.metrics.ranking import Clusters, Flags, Ranking, Scores, average, estimate, subtract
from irloom.pipelines.evaluate.detect.detections import Detections
from irloom.pipelines.evaluate.detect.scores import Intervals, Ranker

FOLDS = 5
_FEW = 6
"""Up to so many runs all their subsets are tried; of more only twos, threes and all together."""

Rule = Literal["mean of standardised scores", "mean of ranks"]
RULES: tuple[Rule, ...] = ("mean of standardised scores", "mean of ranks")
Choice = tuple[tuple[int, ...], Rule]
"""Places of the runs, and how their scores become one."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What was chosen in each fold, and the mean AUROC over groups on the images that chose nothing."""

    chosen: Sequence[str]
    mean: Estimate
    groups: dict[str, float]


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The chosen ensemble beside what needs no ensemble, and beside what needs no choice."""

    sentences: int
    left_out: int
    folds: int
    candidates: int
    ensemble: HeldOut
    single: HeldOut
    everyone: HeldOut
    """The mean of the standardised scores of all runs."""
    gain: Estimate
    """Of the ensemble over the single detector."""


class _Bench:
    """All runs on common sentences, cut into folds by image."""

    def __init__(self, runs: Sequence[Detections], intervals: Intervals) -> None:
        self.ranker = Ranker(runs[0].columns, intervals)
        self.scores = np.stack([run.scores for run in runs])
        self.names = [run.name for run in runs]
        self.parts = {name: runs[0].columns.groups == name for name in runs[0].groups}
        folds = _cut(self.ranker.clusters, self.ranker.number, intervals.seed)
        self.folds = [held for held in folds if self._is_defined(held) and self._is_defined(~held)]
        """Those that can be both chosen for and scored."""

    def _is_defined(self, rows: Flags) -> bool:
        """Whether a group has both classes among these sentences."""
        right = self.ranker.right
        return any(
            (part & rows & right).any() and (part & rows & ~right).any() for part in self.parts.values()
        )

    def rank(self, scores: Scores, rows: Flags) -> dict[str, Ranking]:
        """The groups of these sentences in which both classes are met."""
        found = {name: self.ranker.rank(scores, part & rows) for name, part in self.parts.items()}
        return {name: one for name, one in found.items() if one is not None}

    def grade(self, scores: Scores, rows: Flags) -> float:
        """The mean AUROC over groups."""
        right = self.ranker.right
        known = [_find_auroc(right[part & rows], scores[part & rows]) for part in self.parts.values()]
        return float(np.mean([one for one in known if one is not None]))


def _find_auroc(right: Flags, scores: Scores) -> float | None:
    """By the sum of mid-ranks: the same as `find_auroc`, for the thousands of calls of a choice."""
    from scipy.stats import rankdata

    ups = int(right.sum())
    downs = len(right) - ups
    if not ups or not downs:
        return None
    return float((rankdata(scores)[right].sum() - ups * (ups + 1) / 2) / (ups * downs))


def _cut(clusters: Clusters, number: int, seed: int) -> list[Flags]:
    """Of each fold the sentences that are held out."""
    folds = np.arange(number) % FOLDS
    np.random.default_rng(seed).shuffle(folds)
    return [folds[clusters] == fold for fold in range(min(FOLDS, number))]


def choose_ensemble(runs: Sequence[Detections], left_out: int, intervals: Intervals) -> Ensemble | None:
    """Choose and score; None where no fold has both classes inside and outside."""
    bench = _Bench(runs, intervals)
    candidates = [(places, rule) for places in _list_subsets(len(runs)) for rule in RULES]
    singles: list[Choice] = [((place,), RULES[0]) for place in range(len(runs))]
    everyone: list[Choice] = [(tuple(range(len(runs))), RULES[0])]
    if not bench.folds:
        return None
    tried = [_try(bench, held, (candidates, singles, everyone)) for held in bench.folds]
    told = [_describe(bench, [fold[place] for fold in tried]) for place in range(3)]
    return Ensemble(
        sentences=len(runs[0].columns),
        left_out=left_out,
        folds=len(bench.folds),
        candidates=len(candidates),
        ensemble=told[0][0],
        single=told[1][0],
        everyone=told[2][0],
        gain=estimate(subtract(told[0][1], told[1][1]), -1),
    )


def _list_subsets(runs: int) -> Iterator[tuple[int, ...]]:
    sizes = range(2, runs + 1) if runs <= _FEW else (2, 3, runs)
    for size in sizes:
        yield from combinations(range(runs), size)


Held = tuple[Choice, dict[str, Ranking]]
"""What was chosen in a fold, and what it scored by group on the images held out."""


def _try(bench: _Bench, held: Flags, families: Sequence[Sequence[Choice]]) -> list[Held]:
    """The best of each family outside the fold, scored inside."""
    scaled = {rule: _scale(bench.scores, ~held, rule) for rule in RULES}
    found = []
    for family in families:
        graded = [bench.grade(_mix(scaled, choice), ~held) for choice in family] if len(family) > 1 else [0.0]
        choice = family[int(np.argmax(graded))]
        found.append((choice, bench.rank(_mix(scaled, choice), held)))
    return found


def _scale(scores: NDArray[np.float64], known: Flags, rule: Rule) -> NDArray[np.float64]:
    """Scores of all sentences on the scale that the known ones give, one row a run."""
    if rule == "mean of ranks":
        return np.stack([_place(np.sort(row[known]), row) for row in scores])
    centre = scores[:, known].mean(axis=1, keepdims=True)
    spread = scores[:, known].std(axis=1, keepdims=True)
    return np.asarray((scores - centre) / np.where(spread > 0, spread, 1), dtype=np.float64)


def _place(known: Scores, scores: Scores) -> Scores:
    """Share of the known scores that lie below, those that are equal one half."""
    below, up_to = np.searchsorted(known, scores, "left"), np.searchsorted(known, scores, "right")
    return np.asarray((below + up_to) / (2 * len(known)), dtype=np.float64)


def _mix(scaled: dict[Rule, NDArray[np.float64]], choice: Choice) -> Scores:
    places, rule = choice
    return np.asarray(scaled[rule][list(places)].mean(axis=0), dtype=np.float64)


def _describe(bench: _Bench, folds: Sequence[Held]) -> tuple[HeldOut, Ranking]:
    whole = average([average(list(ranked.values())) for _, ranked in folds])
    groups = {name: [ranked[name].value for _, ranked in folds if name in ranked] for name in bench.parts}
    held = HeldOut(
        chosen=[_name(bench, choice) for choice, _ in folds],
        mean=estimate(whole),
        groups={name: float(np.mean(values)) for name, values in groups.items() if values},
    )
    return held, whole


def _name(bench: _Bench, choice: Choice) -> str:
    places, rule = choice
    names = " + ".join(bench.names[place] for place in places)
    return f"{names}, {rule}" if len(places) > 1 else names
