"""Everything that `irloom bench align` knows of some runs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from irloom.pipelines.evaluate.detect.comparison import Difference, Preference, compare_two, find_preference
from irloom.pipelines.evaluate.detect.detections import Detections, share_sentences
from irloom.pipelines.evaluate.detect.ensembles import Ensemble, choose_ensemble
from irloom.pipelines.evaluate.detect.localisation import Localisation, score_words
from irloom.pipelines.evaluate.detect.pairs import Paired, score_pairs
from irloom.pipelines.evaluate.detect.parts import (
    PlaceScore,
    TypeScore,
    score_domains,
    score_positions,
    score_types,
)
from irloom.pipelines.evaluate.detect.published import PublishedTable, choose_published
from irloom.pipelines.evaluate.detect.scores import GroupScore, Intervals, Scored, score_groups
from irloom.pipelines.evaluate.detect.thresholds import Filter, filter_by_score
from irloom.pipelines.evaluate.naming import name_apart


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run by itself."""

    run: Detections
    scored: Scored
    preference: Preference
    positions: Sequence[PlaceScore]
    types: Sequence[TypeScore]
    domains: Sequence[GroupScore]
    paired: Paired
    localisation: Localisation | None
    filter: Filter


@dataclass(frozen=True, slots=True)
class Result:
    """Runs by themselves and beside each other."""

    runs: Sequence[RunResult]
    differences: Sequence[Difference]
    """Of every later run against the first."""
    ensemble: Ensemble | None
    published: Sequence[PublishedTable]


def score_all(runs: Sequence[Detections], intervals: Intervals) -> Result:
    """Score each run, compare them, choose an ensemble."""
    names = name_apart([run.root for run in runs])
    named = [replace(run, name=name) for run, name in zip(runs, names, strict=True)]
    return Result(
        runs=[_score(run, intervals) for run in named],
        differences=[one for other in named[1:] if (one := _compare(named[0], other, intervals))],
        ensemble=_combine(named, intervals),
        published=choose_published(name for run in runs for name in (*run.groups, *run.sets)),
    )


def _score(run: Detections, intervals: Intervals) -> RunResult:
    scored = score_groups(run, intervals)
    return RunResult(
        run=run,
        scored=scored,
        preference=find_preference(run, scored),
        positions=score_positions(run),
        types=score_types(run, intervals),
        domains=score_domains(run, intervals),
        paired=score_pairs(run),
        localisation=score_words(run.columns.words.tolist()),
        filter=filter_by_score(run),
    )


def _compare(base: Detections, other: Detections, intervals: Intervals) -> Difference | None:
    """None where they have no sentence in common."""
    (one, two), left_out = share_sentences([base, other])
    return compare_two(one, two, left_out, intervals) if len(one.columns) else None


def _combine(runs: Sequence[Detections], intervals: Intervals) -> Ensemble | None:
    if len(runs) < 2:
        return None
    shared, left_out = share_sentences(runs)
    return choose_ensemble(shared, left_out, intervals) if len(shared[0].columns) else None


def as_json(result: Result, with_filter: bool) -> dict[str, Any]:
    """Names, counts and figures as plain values: shares and AUROC in 0..1, scores as they were read."""
    return {
        "runs": [_run_as_json(one, with_filter) for one in result.runs],
        "differences": [asdict(one) for one in result.differences],
        "ensemble": None if result.ensemble is None else asdict(result.ensemble),
        "published": [table.model_dump(mode="json") for table in result.published],
    }


def _run_as_json(one: RunResult, with_filter: bool) -> Mapping[str, Any]:
    run, scored = one.run, asdict(one.scored)
    about = {
        "name": run.name,
        "model": run.model,
        "sentences": len(run.columns),
        "unknown": run.unknown,
        "unread": run.unread,
        "failed": run.failed,
        "counts_as_without_score": run.mid,
    }
    parts = {
        "self_preference": {"shares": one.preference.shares, "own": list(one.preference.own)},
        "positions": [asdict(place) for place in one.positions],
        "types": [asdict(kind) for kind in one.types],
        "domains": [asdict(domain) for domain in one.domains],
        **asdict(one.paired),
        "localisation": None if one.localisation is None else asdict(one.localisation),
    }
    return {**about, **scored, **parts, **({"filter": asdict(one.filter)} if with_filter else {})}
