"""Draws the split of a sample, by a hash: it stays where it is when a run grows."""

import hashlib
from collections.abc import Mapping


def draw_split(sample: str, seed: int, splits: Mapping[str, float]) -> str:
    """The split of a sample; each gets its share of all samples, about."""
    digest = hashlib.sha256(f"{seed}/{sample}".encode()).digest()
    drawn = int.from_bytes(digest[:8], "big") / 2**64
    reached = 0.0
    for name, share in splits.items():
        reached += share
        if drawn < reached:
            return name
    *_, last = splits
    return last
