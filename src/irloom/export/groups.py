"""Finds which images of a run are the same, or nearly, so that they stay together."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from irloom.backends.meters.near_duplicates import NEAR_BITS
from irloom.errors import UserError
from irloom.export.prints import Prints

Codes = NDArray[np.uint64]
Places = NDArray[np.intp]

_WIDTH = 64
_BLOCK = 2**18
"""Pairs of hashes that share a band and are compared at a time: 4 MB, and more for who looks closer."""


def group_same(root: Path, images: Sequence[str], prints: Prints | None = None) -> list[int]:
    """For each image the place of the first one with its bytes; one that is missing stands alone."""
    first: dict[str, int] = {}
    found = (prints or Prints(looks=False)).read([root / image for image in images])
    return [
        first.setdefault(one.sha256 or image, place)
        for place, (one, image) in enumerate(zip(found, images, strict=True))
    ]


def group_near(root: Path, images: Sequence[str], prints: Prints | None = None) -> list[int]:
    """For each image the place of the first one that it is near to, directly or through others.

    Near are images whose perceptual hashes differ in 6 of 64 bits at most. UserError for an image that cannot
    be read.
    """
    paths = [root / image for image in images]
    codes = list[int]()
    for path, one in zip(paths, (prints or Prints(looks=True)).read(paths), strict=True):
        if one.code is None:
            raise UserError(explain_unread(path, one.trouble or "it is missing"))
        codes.append(one.code)
    return connect(np.array(codes, dtype=np.uint64), NEAR_BITS)


def explain_unread(path: Path, why: str) -> str:
    """What is said of a picture of the run that cannot be compared."""
    return f"{path} cannot be read, and is to be compared with the others: {why}"


def connect(codes: Codes, bits: int) -> list[int]:
    """For each of some hashes the place of the first one in its chain of neighbours."""
    different, firsts, which = np.unique(codes, return_index=True, return_inverse=True)
    first = list(range(len(codes)))

    def find(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    for some, others in find_pairs(different, bits):
        for one, other in zip(firsts[some].tolist(), firsts[others].tolist(), strict=True):
            low, high = sorted((find(one), find(other)))
            first[high] = low
    return [find(place) for place in firsts[which].tolist()]


def find_pairs(codes: Codes, bits: int) -> Iterator[tuple[Places, Places]]:
    """Places of all pairs of different hashes that differ in so many bits at most, each once."""
    for some, others in find_near(codes, codes, bits):
        before = some < others
        yield some[before], others[before]


def find_near(codes: Codes, others: Codes, bits: int) -> Iterator[tuple[Places, Places]]:
    """Places of hashes, and of others that differ from them in so many bits at most, each pair once.

    Of one band more than there are bits two such hashes share one whole, so that only those that share a
    band are compared; the first band that they share brings them.
    """
    masks = np.array([*_list_bands(bits + 1)])
    for number, mask in enumerate(masks):
        for some, near in _list_sharing(codes & mask, others & mask):
            rows, columns = np.nonzero(np.bitwise_count(codes[some][:, None] ^ others[near]) <= bits)
            some, near = some[rows], near[columns]
            apart = codes[some] ^ others[near]
            new = (apart[:, None] & masks[:number]).all(axis=1)
            if new.any():
                yield some[new], near[new]


def _list_bands(number: int) -> Iterator[np.uint64]:
    """Masks that cut a hash into bands, as wide as each other or one bit wider."""
    edges = [_WIDTH * place // number for place in range(number + 1)]
    for start, end in pairwise(edges):
        yield np.uint64(((1 << (end - start)) - 1) << start)


def _list_sharing(keys: Codes, others: Codes) -> Iterator[tuple[Places, Places]]:
    """The places of each key with those of the others that have it, which come in pieces."""
    buckets = dict(_list_buckets(keys))
    for key, bucket in _list_buckets(others):
        if key in buckets:
            size = max(1, _BLOCK // len(buckets[key]))
            for start in range(0, len(bucket), size):
                yield buckets[key], bucket[start : start + size]


def _list_buckets(keys: Codes) -> Iterator[tuple[int, Places]]:
    """Each key with its places."""
    order = np.argsort(keys, kind="stable")
    for bucket in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        if len(bucket):
            yield int(keys[bucket[0]]), bucket
