"""What of EDIR's recall is missing or left to chance: queries without a vector, ties, twins of the target.

None of it is left out of a mean. A query that cannot be found is a miss; among equal scores the order of the
ids decides; an image that is the target byte for byte under another id is not the target.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.metrics.edir_layout import Case, Layout
from irloom.metrics.edir_scores import CUTS

_EQUAL = 1e-12
"""Scores of one and the same vector differ by less: they are added up in double precision."""
Twins = Sequence[frozenset[int]]
"""Of each case the places whose file is that of a target byte for byte, and which are no targets."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Counts of queries; every one of them is in the means."""

    unembedded: int
    """Without a vector: misses."""
    unreachable: int
    """With a vector, but of their targets none has one: misses."""
    ties: int
    """Whose target has the score of an image that is no target, among the first of which either is."""
    ties_low: Mapping[int, float]
    """Recall by cut if every tie went against the target."""
    ties_high: Mapping[int, float]
    """And if every tie went for it."""
    twins: int
    """Whose target lies in the gallery under another id as well."""
    twins_first: int
    """Of these, such a twin stands first: misses at 1."""


def find_gaps(
    cases: Sequence[Case],
    places: NDArray[np.int64],
    scores: NDArray[np.float64],
    targets: NDArray[np.float64],
    unembedded: int,
    twins: Twins,
) -> Gaps:
    """Count them; places and scores have a row a case, the best first, `targets` the best target's score."""
    ahead, level = _count_others(cases, places, scores, targets)
    reachable, cuts = np.isfinite(targets)[:, None], np.array(CUTS)
    low = (reachable & (ahead[:, None] + level[:, None] < cuts)).mean(axis=0)
    high = (reachable & (ahead[:, None] < cuts)).mean(axis=0)
    first = places[:, 0].tolist()
    return Gaps(
        unembedded=unembedded,
        unreachable=int((~np.isfinite(targets)).sum()) - unembedded,
        ties=int(((level > 0) & (ahead < max(CUTS))).sum()),
        ties_low={cut: float(value) for cut, value in zip(CUTS, low, strict=True)},
        ties_high={cut: float(value) for cut, value in zip(CUTS, high, strict=True)},
        twins=sum(bool(one) for one in twins),
        twins_first=sum(place in one for place, one in zip(first, twins, strict=True)),
    )


def _count_others(
    cases: Sequence[Case],
    places: NDArray[np.int64],
    scores: NDArray[np.float64],
    targets: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of the images looked up that are no target: how many are above a case's best one, and level with it."""
    ahead, level = np.zeros(len(cases), dtype=np.int64), np.zeros(len(cases), dtype=np.int64)
    for at in np.flatnonzero(np.isfinite(targets)).tolist():
        others = scores[at][~np.isin(places[at], [*cases[at].targets, -1])]
        ahead[at] = (others > targets[at] + _EQUAL).sum()
        level[at] = (np.abs(others - targets[at]) <= _EQUAL).sum()
    return ahead, level


def find_twins(layout: Layout) -> list[frozenset[int]]:
    """The twins of each case; a file that cannot be read has none.

    Only files of a target's size are read, so that a large gallery is listed and not hashed.
    """
    wanted = {place for case in layout.cases for place in case.targets}
    sizes = {place: _size(path) for place, path in enumerate(layout.paths)}
    suspects = {size for place in wanted if (size := sizes[place]) is not None}
    alike: dict[str, set[int]] = defaultdict(set)
    by_size: dict[int, list[int]] = defaultdict(list)
    for place, size in sizes.items():
        if size is not None and size in suspects:
            by_size[size].append(place)
    for crowd in by_size.values():
        for place in crowd if len(crowd) > 1 else ():
            if (digest := _digest(layout.paths[place])) is not None:
                alike[digest].add(place)
    crowds = {place: crowd for crowd in alike.values() for place in crowd}
    return [
        frozenset().union(*(crowds.get(place, ()) for place in case.targets)) - case.targets
        for case in layout.cases
    ]


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size or None
    except OSError:
        return None


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
