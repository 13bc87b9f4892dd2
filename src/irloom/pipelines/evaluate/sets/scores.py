"""Scores of a question set by task, with intervals over clusters, beside what guessing gives.

A reply that nobody could read, and an ask that failed, is wrong. An error can be told of read numbers alone:
how many were not read stands beside every mean error.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.clusters import Clusters, Values, make_estimate
from irloom.metrics.estimates import Estimate
from irloom.pipelines.evaluate.sets.results import KELVIN, NUMERIC, Results, Scored, find_common, restrict

NEAR_K = (1.0, 2.0)
"""Kelvin within which temperatures are counted, whatever a question allows."""
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Guess:
    """What a rule that sees no picture scores on the same questions."""

    accuracy: float
    mae: float | None


@dataclass(frozen=True, slots=True)
class TaskScore:
    """One task of one run."""

    name: str
    kind: str
    questions: int
    clusters: int
    accuracy: Estimate
    """Share of right answers, 0..1."""
    mae: Estimate | None
    """Mean absolute error of the numbers that were read, in K or in things."""
    near: Mapping[float, Estimate]
    """Share within so many kelvin; empty for other kinds."""
    strict: Estimate | None
    """Share of strict groups whose questions are all right; None where there is no such group."""
    unread: int
    failed: int
    cut: int
    guesses: Mapping[str, Guess]

    @property
    def best_guess(self) -> float | None:
        """What the best of the guesses has right, 0..1; None where there is none."""
        return max((one.accuracy for one in self.guesses.values()), default=None)


@dataclass(frozen=True, slots=True)
class RunScore:
    """All tasks of one run, and their unweighted mean."""

    tasks: Sequence[TaskScore]
    mean: Estimate
    best_guess: float | None
    """The mean of the tasks' best guesses; None where a task has none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one run has over another on the questions of both."""

    name: str
    questions: int
    mean: Estimate
    tasks: Mapping[str, Estimate]
    left_out: int
    """Questions that both have under one id, and not alike."""


def score(results: Results, resamples: int = 1000, seed: int = 0) -> RunScore:
    """Every task, and the mean of their accuracies."""
    tasks = []
    for name, some in results.list_tasks().items():
        clusters = Clusters([one.cluster for one in some], name, resamples, seed)
        tasks.append(_score_task(name, some, clusters, resamples, seed))
    mean = _average(results.scored, _list_right(results.scored), resamples, seed)
    guessed = [guess for one in tasks if (guess := one.best_guess) is not None]
    return RunScore(tasks, mean, sum(guessed) / len(guessed) if len(guessed) == len(tasks) else None)


def _average(scored: Sequence[Scored], values: Values, resamples: int, seed: int) -> Estimate:
    """The mean of the tasks' means.

    Tasks ask about the same pictures, so that clusters are drawn once for all of them. A task of which a
    resample holds nothing is no part of that resample's mean.
    """
    clusters = Clusters([one.cluster for one in scored], "", resamples, seed)
    named = np.array([one.task for one in scored])
    tasks = [named == name for name in dict.fromkeys(named.tolist())]
    value = float(np.mean([values[task].mean() for task in tasks]))
    drawn = np.nanmean([clusters.draw_means(values, task) for task in tasks], axis=0)
    return make_estimate(value, drawn, _can_tell(scored))


def _can_tell(scored: Sequence[Scored]) -> bool:
    """Whether a task has more than one cluster."""
    pairs = {(one.task, one.cluster) for one in scored}
    return len(pairs) > len({task for task, _ in pairs})


def _score_task(
    name: str, some: Sequence[Scored], clusters: Clusters, resamples: int, seed: int
) -> TaskScore:
    accuracy = clusters.estimate(_list_right(some))
    assert accuracy is not None
    errors, known = _list_errors(some)
    kind = some[0].kind
    return TaskScore(
        name=name,
        kind=kind,
        questions=len(some),
        clusters=len({one.cluster for one in some}),
        accuracy=accuracy,
        mae=clusters.estimate(errors, known) if kind in NUMERIC else None,
        near=_count_near(errors, known, clusters) if kind in KELVIN else {},
        strict=_score_strictly(name, some, resamples, seed),
        unread=sum(one.read is None and one.reply is not None for one in some),
        failed=sum(one.reply is None for one in some),
        cut=sum(one.is_cut for one in some),
        guesses=_average_guesses(some),
    )


def _list_right(some: Sequence[Scored]) -> Values:
    return np.array([float(one.is_right) for one in some])


def _list_errors(some: Sequence[Scored]) -> tuple[Values, NDArray[np.bool_]]:
    """The errors, and which of them are known."""
    errors = [one.error for one in some]
    return np.array([error or 0.0 for error in errors]), np.array([error is not None for error in errors])


def _count_near(errors: Values, known: NDArray[np.bool_], clusters: Clusters) -> dict[float, Estimate]:
    found = {
        kelvin: clusters.estimate((known & (errors <= kelvin + _TOLERANCE)).astype(np.float64))
        for kelvin in NEAR_K
    }
    return {kelvin: one for kelvin, one in found.items() if one is not None}


def _score_strictly(name: str, some: Sequence[Scored], resamples: int, seed: int) -> Estimate | None:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in some:
        if one.strict_group is not None:
            groups[one.strict_group].append(one)
    whole = [each for each in groups.values() if len(each) > 1]
    clusters = Clusters([each[0].cluster for each in whole], f"{name}/strict", resamples, seed)
    return clusters.estimate(np.array([float(all(one.is_right for one in each)) for each in whole]))


def _average_guesses(some: Sequence[Scored]) -> dict[str, Guess]:
    return {name: _average_guess([one.guesses[name] for one in some]) for name in some[0].guesses}


def _average_guess(guessed: Sequence[Mapping[str, float | None]]) -> Guess:
    right = [float(one["right"] or 0.0) for one in guessed]
    errors = [float(one["error"]) for one in guessed if one["error"] is not None]
    return Guess(sum(right) / len(right), sum(errors) / len(errors) if errors else None)


def compare_runs(runs: Sequence[Results], resamples: int = 1000, seed: int = 0) -> list[Difference]:
    """Every later run against the first, on the questions that both have and that are the same in both."""
    found = (_compare(runs[0], other, resamples, seed) for other in runs[1:])
    return [one for one in found if one is not None]


def _compare(first: Results, other: Results, resamples: int, seed: int) -> Difference | None:
    names, left_out = find_common(first, other)
    if not names:
        return None
    base, new = restrict(first, names), restrict(other, names)
    gains = _list_right(new.scored) - _list_right(base.scored)
    tasks = dict[str, Estimate]()
    for task, some in base.list_tasks().items():
        clusters = Clusters([one.cluster for one in some], task, resamples, seed)
        found = clusters.estimate(gains[[one.task == task for one in base.scored]])
        assert found is not None
        tasks[task] = found
    mean = _average(base.scored, gains, resamples, seed)
    return Difference(f"{other.name} - {first.name}", len(names), mean, tasks, left_out)
