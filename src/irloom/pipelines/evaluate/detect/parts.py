"""A detector's scores by place in the text, by kind of error and by domain of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from irloom.alignment import ERROR_TYPES
from irloom.metrics.estimates import Estimate
from irloom.metrics.ranking import Flags, Scores, estimate
from irloom.pipelines.evaluate.detect.detections import Detections
from irloom.pipelines.evaluate.detect.scores import GroupScore, Intervals, Ranker, describe_part

_LAST = 5
"""Sentences from the sixth on are one place."""


@dataclass(frozen=True, slots=True)
class PlaceScore:
    """Mean scores at one place; None where there is no such sentence."""

    position: int
    """From 0; the last one stands for all that follow too."""
    is_open: bool
    correct: int
    correct_mean: float | None
    incorrect: int
    incorrect_mean: float | None


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Wrong sentences of one kind of error."""

    name: str
    incorrect: int
    mean: float
    """Of their scores: the higher, the worse they are found."""
    auroc: Estimate | None
    """Of them against all right sentences."""


def score_positions(run: Detections) -> list[PlaceScore]:
    """Mean score by index of the sentence in its text, all groups together; none where none is known."""
    places = np.minimum(run.columns.positions, _LAST)
    return [_score_place(run, int(place), places == place) for place in np.unique(places[places >= 0])]


def _score_place(run: Detections, place: int, part: Flags) -> PlaceScore:
    right, wrong = part & run.columns.right, part & ~run.columns.right
    means = (_average(run.scores, right), _average(run.scores, wrong))
    return PlaceScore(place, place == _LAST, int(right.sum()), means[0], int(wrong.sum()), means[1])


def _average(scores: Scores, part: Flags) -> float | None:
    return float(scores[part].mean()) if part.any() else None


def score_types(run: Detections, intervals: Intervals) -> list[TypeScore]:
    """Every kind of error that occurs, in the order of the paper."""
    right, types, ranker = run.columns.right, run.columns.types, Ranker(run.columns, intervals)
    found = []
    for name in ERROR_TYPES:
        wrong = (types == name) & ~right
        if wrong.any():
            ranking = ranker.rank(run.scores, wrong | right)
            auroc = None if ranking is None else estimate(ranking)
            found.append(TypeScore(name, int(wrong.sum()), float(run.scores[wrong].mean()), auroc))
    return found


def score_domains(run: Detections, intervals: Intervals) -> Sequence[GroupScore]:
    """Every domain that the data name, of all groups together."""
    domains, ranker = run.columns.domains, Ranker(run.columns, intervals)
    return [
        describe_part(str(name), run, domains == name, ranker.rank(run.scores, domains == name))
        for name in np.unique(domains[domains != ""])
    ]
