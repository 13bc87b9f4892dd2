"""Exact nearest neighbours of queries in a gallery that comes in blocks.

A matrix product of single precision gives one and the same vector slightly different scores in different
columns, so that twins would be ordered by chance. Therefore the product only finds candidates, with a
margin for its rounding; what is compared are their scores added up in double precision, one by one. The
order is the same on every machine and for every size of the blocks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_BLOCK = 32_768
"""Rows of the gallery that are multiplied at once: 100 MB at 768 dimensions."""
_CHUNK = 256
"""Queries that are multiplied at once: with a block a product of 34 MB."""

_MANY = 4
"""Candidates over those wanted; more are first cut by a partition, which takes half the product's time."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """What was found for each query, the best first; equal scores in the order of the gallery."""

    places: NDArray[np.int64]
    """Places in the gallery, one row a query; -1 where the gallery has no more."""
    scores: NDArray[np.float64]
    """Inner products, one row a query; minus infinity where the gallery has no more."""


def find_nearest(
    queries: Vectors, gallery: Iterable[Vectors], k: int = 100, left_out: NDArray[np.int64] | None = None
) -> Nearest:
    """The `k` rows of the gallery with the highest inner product.

    All rows are of length 1. `gallery` gives them in order, in blocks of any size, such as arrays that
    are mapped from files: no more than two blocks and one product are in memory. `left_out` has pairs of
    a query and a place that it must not find.
    """
    best = Nearest(
        np.full((len(queries), k), -1, dtype=np.int64), np.full((len(queries), k), -np.inf, dtype=np.float64)
    )
    pairs = np.empty((0, 2), dtype=np.int64) if left_out is None else left_out
    first = 0
    for block in _regroup(gallery):
        inside = pairs[(pairs[:, 1] >= first) & (pairs[:, 1] < first + len(block))]
        for start in range(0, len(queries), _CHUNK):
            chunk = slice(start, min(start + _CHUNK, len(queries)))
            product = queries[chunk] @ block.T
            mine = inside[(inside[:, 0] >= start) & (inside[:, 0] < chunk.stop)]
            product[mine[:, 0] - start, mine[:, 1] - first] = -np.inf
            _take_better(best, queries, block, first, product, start)
        first += len(block)
    return best


def score_pairs(
    queries: Vectors, gallery: Iterable[Vectors], pairs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Inner products of pairs of a query and a place in the gallery, added up in double precision."""
    scores = np.full(len(pairs), -np.inf)
    first = 0
    for block in gallery:
        inside = np.flatnonzero((pairs[:, 1] >= first) & (pairs[:, 1] < first + len(block)))
        rows, mine = block[pairs[inside, 1] - first], queries[pairs[inside, 0]]
        scores[inside] = np.einsum("nd,nd->n", rows, mine, dtype=np.float64)
        first += len(block)
    return scores


def _regroup(gallery: Iterable[Vectors]) -> Iterator[Vectors]:
    """The same rows in blocks of one size: small files would mean many small products."""
    waiting: list[Vectors] = []
    rows = 0
    for given in gallery:
        for start in range(0, len(given), _BLOCK):
            part = given[start : start + _BLOCK]
            if rows + len(part) > _BLOCK:
                yield _join(waiting)
                waiting, rows = [], 0
            waiting.append(part)
            rows += len(part)
    if waiting:
        yield _join(waiting)


def _join(parts: list[Vectors]) -> Vectors:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _take_better(
    best: Nearest, queries: Vectors, block: Vectors, first: int, product: Vectors, start: int
) -> None:
    """Put the rows of one block that are better than what is known into the lists of some queries."""
    k = best.scores.shape[1]
    margin = np.float32(2 * queries.shape[1] * 2.0**-24)
    """Twice what rounding can make of an inner product of unit vectors."""
    bounds = best.scores[start : start + len(product), -1].astype(np.float32)
    candidates = _exceed(product, bounds - margin)
    if np.count_nonzero(candidates) > _MANY * k * len(product):
        # The first block, or one that is better than all before it: what is known bounds too little.
        candidates = _exceed(product, np.partition(product, -k, axis=1)[:, -k] - margin)
    rows, columns = np.divmod(np.flatnonzero(candidates), product.shape[1])
    ends = np.searchsorted(rows, np.arange(len(product) + 1))
    for row in np.flatnonzero(np.diff(ends)):
        found = columns[ends[row] : ends[row + 1]]
        scores = np.einsum("cd,d->c", block[found], queries[start + row], dtype=np.float64)
        _merge(best, start + int(row), first + found, scores)


def _exceed(product: Vectors, bounds: Vectors) -> NDArray[np.bool_]:
    """Where the scores of each row reach its bound; never where they are minus infinity."""
    return np.greater_equal(product, np.maximum(bounds, np.finfo(np.float32).min)[:, None])


def _merge(best: Nearest, query: int, places: NDArray[np.int64], scores: NDArray[np.float64]) -> None:
    k = best.scores.shape[1]
    all_places = np.concatenate([best.places[query], places])
    all_scores = np.concatenate([best.scores[query], scores])
    order = np.lexsort((all_places, -all_scores))[:k]
    best.places[query], best.scores[query] = all_places[order], all_scores[order]
