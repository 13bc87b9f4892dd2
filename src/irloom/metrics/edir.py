"""EDIR's benchmark (arXiv 2601.16125, section 4): composed queries against a gallery, by inner product."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.edir_gaps import find_gaps, find_twins
from irloom.metrics.edir_layout import Layout, Mode
from irloom.metrics.edir_scores import EdirScores, score_mode
from irloom.metrics.edir_vectors import Vectors
from irloom.metrics.retrieval import find_nearest, score_pairs

DEPTH = 100
"""How many images are looked up for a query."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one way of showing the queries found: a row a case, the best first."""

    places: NDArray[np.int64]
    """Places in the gallery; -1 where there is no more, and everywhere for a case without a vector."""
    scores: NDArray[np.float64]
    """Inner products; minus infinity where there is nothing."""
    targets: NDArray[np.float64]
    """Of each case the score of its best target; minus infinity where case or targets have no vector."""
    unembedded: int
    """Cases without a vector."""


def retrieve(layout: Layout, vectors: Vectors, exclude_reference: bool) -> Mapping[Mode, Found]:
    """What is found for each query; the reference image is passed over where that is wished."""
    left_out = layout.find_references() if exclude_reference else np.empty((0, 2), dtype=np.int64)
    return {mode: _retrieve_mode(layout, vectors, mode, left_out) for mode in vectors.queries}


def _retrieve_mode(layout: Layout, vectors: Vectors, mode: Mode, left_out: NDArray[np.int64]) -> Found:
    given, number = vectors.queries[mode], len(layout.cases)
    passed = _to_rows(left_out, given.numbers, vectors.places, layout)
    nearest = find_nearest(given.rows, vectors.gallery, DEPTH, passed)
    found = Found(
        np.full((number, DEPTH), -1, dtype=np.int64),
        np.full((number, DEPTH), -np.inf),
        np.full(number, -np.inf),
        number - len(given.numbers),
    )
    found.places[given.numbers] = np.where(nearest.places >= 0, vectors.places[nearest.places], -1)
    found.scores[given.numbers] = nearest.scores
    passed_over = set(map(tuple, left_out.tolist()))
    wanted = [
        (at, place) for at, case in enumerate(layout.cases) for place in case.targets
        if (at, place) not in passed_over
    ]  # fmt: skip
    pairs = _to_rows(np.array(wanted, dtype=np.int64).reshape(-1, 2), given.numbers, vectors.places, layout)
    scores = score_pairs(given.rows, vectors.gallery, pairs)
    np.maximum.at(found.targets, given.numbers[pairs[:, 0]], scores)
    return found


def _to_rows(
    pairs: NDArray[np.int64], cases: NDArray[np.int64], places: NDArray[np.int64], layout: Layout
) -> NDArray[np.int64]:
    """Pairs of a case and a place as pairs of rows of vectors; those of which one has none fall away."""
    case_rows, place_rows = np.full(len(layout.cases), -1), np.full(len(layout.gallery), -1)
    case_rows[cases], place_rows[places] = np.arange(len(cases)), np.arange(len(places))
    rows = np.stack([case_rows[pairs[:, 0]], place_rows[pairs[:, 1]]], axis=1)
    return np.asarray(rows[(rows >= 0).all(axis=1)], dtype=np.int64)


def score(
    layout: Layout,
    vectors: Vectors,
    found: Mapping[Mode, Found],
    exclude_reference: bool,
    resamples: int = 1000,
    seed: int = 0,
) -> EdirScores:
    """Score what was found; what could not be found counts as missed."""
    twins = find_twins(layout)
    return EdirScores(
        embedder=vectors.source,
        gallery=len(layout.gallery),
        unembedded_images=len(layout.gallery) - len(vectors.places),
        queries=len(layout.cases),
        unanswerable=layout.unanswerable,
        unnamed=sum(case.query.subcategory is None for case in layout.cases),
        references_excluded=exclude_reference,
        resamples=resamples,
        seed=seed,
        modes={mode: score_mode(layout.cases, one.places, resamples, seed) for mode, one in found.items()},
        gaps={
            mode: find_gaps(layout.cases, one.places, one.scores, one.targets, one.unembedded, twins)
            for mode, one in found.items()
        },
    )
