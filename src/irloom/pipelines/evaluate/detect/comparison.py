"""Runs beside each other on the same sentences: paired differences, and who prefers its own text."""

from collections.abc import Sequence
from dataclasses import dataclass

from irloom.metrics.estimates import Estimate
from irloom.metrics.ranking import average, estimate, subtract
from irloom.pipelines.evaluate.detect.detections import Detections
from irloom.pipelines.evaluate.detect.published import fold_name
from irloom.pipelines.evaluate.detect.scores import Intervals, Ranker, Scored


@dataclass(frozen=True, slots=True)
class Difference:
    """AUROC of one run less that of another, in 0..1, on the sentences of both."""

    run: str
    base: str
    sentences: int
    left_out: int
    """Sentences that one of the two lacks, or has otherwise."""
    mean: Estimate | None
    groups: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Preference:
    """A detector's AUROC by group over its mean over groups: below 1 it does worse there than elsewhere."""

    run: str
    model: str
    shares: dict[str, float]
    own: Sequence[str]
    """The groups whose text it wrote itself."""


def compare_two(base: Detections, other: Detections, left_out: int, intervals: Intervals) -> Difference:
    """What `other` has over `base`; both on the same sentences in the same order."""
    ranker, groups = Ranker(base.columns, intervals), base.columns.groups
    one, two = (ranker.rank_groups(run.scores, groups) for run in (other, base))
    gains = {
        name: subtract(ranking, beside)
        for name, ranking in one.items()
        if ranking is not None and (beside := two[name]) is not None
    }
    return Difference(
        run=other.name,
        base=base.name,
        sentences=len(base.columns),
        left_out=left_out,
        mean=estimate(average(list(gains.values())), -1) if gains else None,
        groups={name: estimate(gain, -1) for name, gain in gains.items()},
    )


def find_preference(run: Detections, scored: Scored) -> Preference:
    """One row of the matrix of detectors and groups."""
    values = {one.name: one.auroc.value for one in scored.groups if one.auroc is not None}
    mean = scored.mean.value if scored.mean is not None else 0.0
    model = fold_name(run.model)
    own = [name for name in values if model in {fold_name(one) for one in (name, *run.writers.get(name, ()))}]
    return Preference(
        run.name, run.model, {name: value / mean for name, value in values.items()} if mean else {}, own
    )
