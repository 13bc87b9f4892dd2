"""Chooses which edits become queries, and says of each of the others why not.

Each rule looks at what the ones before it left. All go by ids alone, never by the order of commits.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, Literal

from irloom.backends.meters.near_duplicates import NEAR_BITS, NEAR_COSINE, find_repeats
from irloom.backends.meters.twins import TWIN_DISTANCE, compare, read_thumbnail
from irloom.edits import Subcategory
from irloom.pipelines.cir.edir_rows import Candidate
from irloom.protocols import Embedder
from irloom.records import Row

DropCategory = Literal["twin", "contained", "near_duplicate", "quota"]


class Drop(Row):
    """An edit that is left out of the data set, with the reason."""

    id: str
    sample: str
    task: str
    subcategory: Subcategory
    category: DropCategory
    reason: str


Rule = Callable[[Sequence[Candidate]], list[Drop]]


def choose(
    candidates: Iterable[Candidate], rules: Sequence[Rule]
) -> tuple[tuple[Candidate, ...], tuple[Drop, ...]]:
    """What all rules leave, and what they drop, both by seed and edit."""
    left = sorted(candidates, key=_place)
    places = {one.id: place for place, one in enumerate(left)}
    drops: list[Drop] = []
    for rule in rules:
        found = rule(left)
        gone = {drop.id for drop in found}
        left = [one for one in left if one.id not in gone]
        drops += found
    return tuple(left), tuple(sorted(drops, key=lambda drop: places[drop.id]))


def drop_twins(candidates: Sequence[Candidate]) -> list[Drop]:
    """Of edits of one seed that ask for the same, or look the same, keep the first."""
    drops = []
    for seed in _by_seed(candidates):
        kept: list[tuple[Candidate, Any]] = []
        for one in seed:
            thumbnail = read_thumbnail(one.target)
            for other, earlier in kept:
                if one.changes == other.changes:
                    drops.append(_drop(one, "twin", f"it asks for the same as {other.id}"))
                    break
                if (distance := compare(thumbnail, earlier)) < TWIN_DISTANCE:
                    reason = (
                        f"it looks like {other.id}: {distance:.1f} apart, and {TWIN_DISTANCE:g} is the least"
                    )
                    drops.append(_drop(one, "twin", reason))
                    break
            else:
                kept.append((one, thumbnail))
    return drops


def drop_contained(candidates: Sequence[Candidate]) -> list[Drop]:
    """Part an edit from those of its seed that do all that it asks, and more.

    Their images would answer its query, and count as wrong. As few as possible go: the edit with most
    conflicts first, and of a pair the one that asks for more.
    """
    drops = []
    for seed in _by_seed(candidates):
        conflicts: dict[str, set[str]] = defaultdict(set)
        for one, other in combinations(seed, 2):
            if one.changes < other.changes or other.changes < one.changes:
                conflicts[one.id].add(other.id)
                conflicts[other.id].add(one.id)
        while any(conflicts.values()):
            worst = max(seed, key=lambda one: (len(conflicts[one.id]), len(one.changes), one.edit))
            rivals = sorted(conflicts.pop(worst.id))
            for rival in rivals:
                conflicts[rival].discard(worst.id)
            reason = f"it asks for a part of what these ask for, or they of what it does: {', '.join(rivals)}"
            drops.append(_drop(worst, "contained", reason))
    return drops


def drop_near_duplicates(candidates: Sequence[Candidate], embedder: Embedder | None = None) -> list[Drop]:
    """Of targets of different seeds that are almost one image, keep the first.

    By perceptual hash, and with an embedder by cosine as well. Raises what the embedder raises.
    """
    vectors = embedder.embed_images([one.target for one in candidates]) if embedder and candidates else None
    repeats = find_repeats([one.hash for one in candidates], [one.sample for one in candidates], vectors)
    drops = []
    for place, first in repeats.items():
        one, other = candidates[place], candidates[first]
        bits = (one.hash ^ other.hash).bit_count()
        how = (
            f"their hashes differ in {bits} of 64 bits"
            if bits <= NEAR_BITS
            else f"their embeddings' cosine is {NEAR_COSINE} or more"
        )
        drops.append(_drop(one, "near_duplicate", f"its image is almost that of {other.id}: {how}"))
    return drops


def drop_beyond_quotas(
    candidates: Sequence[Candidate], quotas: Mapping[Subcategory, int], seed: int
) -> list[Drop]:
    """Keep so many of each subcategory, drawn by the run's seed.

    Seeds are drawn before edits, and in the same order for all subcategories, so that siblings stay together.
    """
    drops = []
    for subcategory, quota in quotas.items():
        own = [one for one in candidates if one.subcategory == subcategory]
        own.sort(key=lambda one: (_draw(seed, one.sample), one.family, _draw(seed, one.id)))
        reason = f"the quota of {subcategory} is {quota}"
        drops += [_drop(one, "quota", reason) for one in own[quota:]]
    return drops


def _place(one: Candidate) -> tuple[str, int]:
    return one.sample, one.edit


def _by_seed(candidates: Sequence[Candidate]) -> Iterable[list[Candidate]]:
    seeds: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        seeds[one.sample].append(one)
    return seeds.values()


def _draw(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()


def _drop(one: Candidate, category: DropCategory, reason: str) -> Drop:
    return Drop(
        id=one.id,
        sample=one.sample,
        task=one.row["task"],
        subcategory=one.subcategory,
        category=category,
        reason=reason,
    )
