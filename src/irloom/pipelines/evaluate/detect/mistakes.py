"""The sentences that detectors are surest and wrong about, with what they said of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from irloom.alignment import Span
from irloom.engine.reader import iterate_rows
from irloom.inside import is_inside
from irloom.metrics.ranking import Scores
from irloom.pipelines.evaluate.detect.detections import Detections

MOST = 200
"""Sentences that are listed, half of them wrong ones with a high score, half right ones with a low score."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One sentence."""

    sample: str
    group: str
    label: str
    kind: str
    """Of error; empty where it is right or nobody said."""
    pieces: Sequence[tuple[str, bool]]
    """The sentence in parts, and whether each is among the wrong words."""
    picture: Path | None
    scores: Mapping[str, float | None]
    """By run; None where none was read."""


def find_mistakes(runs: Sequence[Detections], most: int = MOST) -> list[Mistake]:
    """The surest first; where several runs are given, by the mean of their surenesses."""
    scores = {run.name: _list_scores(run) for run in runs}
    chosen = _choose(runs, most)
    found: dict[str, Mistake] = {}
    for run in runs:
        missing = {sample for sample in chosen if sample not in found}
        found |= {one.sample: one for one in _read(run, missing, scores)}
    return [found[sample] for sample in chosen if sample in found]


def count_scoreless(runs: Sequence[Detections]) -> int:
    """Sentences that no run has a score of, so that nobody was sure of them."""
    scored = {sample for run in runs for sample, score in _list_scores(run).items() if score is not None}
    return len({sample for run in runs for sample in run.columns.samples.tolist()} - scored)


def _list_scores(run: Detections) -> dict[str, float | None]:
    read = (None if np.isnan(score) else float(score) for score in run.columns.read)
    return dict(zip(run.columns.samples.tolist(), read, strict=True))


def _choose(runs: Sequence[Detections], most: int) -> list[str]:
    """Alternately a wrong sentence that scores high among all, and a right one that scores low."""
    places: dict[str, list[float]] = {}
    right: dict[str, bool] = {}
    for run in runs:
        # What a sentence without a score counts as elsewhere is nobody's opinion of it.
        columns = run.columns.take(~np.isnan(run.columns.read))
        for sample, is_right, place in zip(columns.samples, columns.right, _rank(columns.read), strict=True):
            places.setdefault(str(sample), []).append(float(place))
            right[str(sample)] = bool(is_right)
    means = {sample: sum(found) / len(found) for sample, found in places.items()}
    wrong = sorted((one for one in means if not right[one]), key=lambda one: -means[one])
    low = sorted((one for one in means if right[one]), key=lambda one: means[one])
    # Only what is on the wrong side of the middle is a mistake: a detector without any has an empty list.
    pairs = [[one for one in wrong if means[one] > 0.5], [one for one in low if means[one] < 0.5]]
    taken = [sample for part in pairs for sample in part[: most // 2]]
    return sorted(taken, key=lambda one: (-abs(means[one] - 0.5), one))


def _rank(scores: Scores) -> Scores:
    """Mid-ranks in 0..1."""
    from scipy.stats import rankdata

    return np.asarray((rankdata(scores) - 0.5) / len(scores), dtype=np.float64)


def _read(
    run: Detections, wanted: set[str], scores: Mapping[str, Mapping[str, float | None]]
) -> Iterator[Mistake]:
    """Sentences are read again from the rows, so that no run is held in memory for a few of them."""
    for row in iterate_rows(run.root, "questions") if wanted else ():
        if row["sample"] in wanted:
            shown = next(iter(row["images"]), None)
            if shown is not None and not is_inside(shown):
                shown = None  # somebody else's run would have another file put into the page
            yield Mistake(
                sample=row["sample"],
                group=row["group"],
                label=row["answer"],
                kind=row.get("error_type") or "",
                pieces=cut(row["question"], [(start, end) for start, end in row.get("spans") or ()]),
                picture=None if shown is None else run.root / shown,
                scores={name: said[row["sample"]] for name, said in scores.items() if row["sample"] in said},
            )


def cut(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """A sentence in parts by its wrong spans, which may overlap; nothing of it is lost."""
    marks = [any(start <= place < end for start, end in spans) for place in range(len(text))]
    edges = [0, *(place for place in range(1, len(text)) if marks[place] != marks[place - 1]), len(text)]
    return [(text[start:end], marks[start]) for start, end in pairwise(edges)]
