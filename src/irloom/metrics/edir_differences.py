"""What one embedder has over another on the same queries of EDIR, with paired intervals."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.edir import Found
from irloom.metrics.edir_layout import Layout, Mode
from irloom.metrics.edir_scores import CUTS, EdirScores, find_hits
from irloom.metrics.estimates import Estimate
from irloom.metrics.ranking import Ranking, average, estimate


@dataclass(frozen=True, slots=True)
class Scored:
    """An embedder's scores with what they were made of."""

    scores: EdirScores
    found: Mapping[Mode, Found]


@dataclass(frozen=True, slots=True)
class Difference:
    """Recall of one embedder less that of the base, over all queries of both."""

    embedder: str
    base: str
    mode: Mode
    queries: int
    micro: Mapping[int, Estimate]
    """By cut, -1..1; without an interval where nothing varies."""
    macro: Estimate | None
    """Of Recall@1 over subcategories alike; None where no query has one."""


def compare(layout: Layout, embedders: Sequence[Scored]) -> list[Difference]:
    """Every later embedder against the first, in the modes that both have."""
    base = embedders[0]
    return [
        _compare_mode(layout, base, other, mode)
        for other in embedders[1:]
        for mode in base.found
        if mode in other.found
    ]


def _compare_mode(layout: Layout, base: Scored, other: Scored, mode: Mode) -> Difference:
    scores = base.scores
    one, two = (find_hits(layout.cases, scored.found[mode].places) for scored in (base, other))
    gains = two.astype(np.int64) - one
    names = np.array([case.query.subcategory or "" for case in layout.cases])
    known = [name for name in np.unique(names) if name]
    parts = [_rank(gains[:, 0], names == name, str(name), scores) for name in known]
    everything = np.ones(len(gains), dtype=bool)
    return Difference(
        embedder=other.scores.embedder,
        base=scores.embedder,
        mode=mode,
        queries=len(gains),
        micro={
            cut: estimate(_rank(gains[:, at], everything, f"micro {cut}", scores), -1.0, 1.0)
            for at, cut in enumerate(CUTS)
        },
        macro=estimate(average(parts), -1.0, 1.0) if parts else None,
    )


def _rank(gains: NDArray[np.int64], part: NDArray[np.bool_], name: str, scores: EdirScores) -> Ranking:
    """The mean gain of a part of the queries, and its value in each resample of them.

    A query gains 1, 0 or -1, and the numbers of each among n draws have a multinomial distribution, which is
    drawn from at once.
    """
    mine, values = gains[part], np.array([-1, 0, 1])
    random = np.random.default_rng([scores.seed, zlib.crc32(name.encode())])
    shares = (mine[:, None] == values).mean(axis=0)
    drawn = random.multinomial(len(mine), shares, size=scores.resamples) @ values / len(mine)
    pulls = np.where(part, gains - mine.mean(), 0.0) / len(mine)
    return Ranking(float(mine.mean()), pulls, drawn)
