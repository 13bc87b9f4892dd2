"""Finds which images of a run are the same, or nearly, so that they stay together."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray

from irloom.backends.meters.near_duplicates import NEAR_BITS
from irloom.engine.images import hash_file
from irloom.errors import UserError
from irloom.pictures import open_picture

_BLOCK = 64
"""Hashes compared at a time: 60 MB against 118,000."""


def group_same(root: Path, images: Sequence[str]) -> list[int]:
    """For each image the place of the first one with its bytes; one that is missing stands alone."""
    first: dict[str, int] = {}
    return [first.setdefault(hash_file(root / image) or image, place) for place, image in enumerate(images)]


def group_near(root: Path, images: Sequence[str]) -> list[int]:
    """For each image the place of the first one that it is near to, directly or through others.

    Near are images whose perceptual hashes differ in 6 of 64 bits at most. UserError for an image that cannot
    be read.
    """
    with ThreadPoolExecutor(cpu_count()) as threads:
        codes = np.array(list(threads.map(_hash_image, (root / image for image in images))), dtype=np.uint64)
    return connect(codes, NEAR_BITS)


def connect(codes: NDArray[np.uint64], bits: int) -> list[int]:
    """For each of some hashes the place of the first one in its chain of neighbours."""
    first = list(range(len(codes)))

    def find(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    for start in range(0, len(codes), _BLOCK):
        block = codes[start : start + _BLOCK]
        near = np.bitwise_count(block[:, None] ^ codes[: start + len(block)]) <= bits
        for row, earlier in zip(*np.nonzero(near), strict=True):
            low, high = sorted((find(start + int(row)), find(int(earlier))))
            first[high] = low
    return [find(place) for place in range(len(codes))]


def _hash_image(path: Path) -> int:
    try:
        with open_picture(path) as picture:
            return int(str(imagehash.phash(picture)), 16)
    except Exception as error:  # Pillow lets through whatever a broken file makes it meet
        raise UserError(f"{path} cannot be read, and is to be compared with the others: {error}") from error
