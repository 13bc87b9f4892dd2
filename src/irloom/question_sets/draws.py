"""Draws that follow from a seed and a name alone, so that what else is in a set changes none of them."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def draw(seed: int, *names: object) -> int:
    """A number of 64 bits."""
    return int.from_bytes(hashlib.sha256(repr((seed, *names)).encode()).digest()[:8], "big")


def pick(options: Sequence[T], seed: int, *names: object) -> T:
    """One of some options."""
    return options[draw(seed, *names) % len(options)]


def shuffle(options: Sequence[T], seed: int, *names: object) -> list[T]:
    """The options in a drawn order."""
    places = sorted(range(len(options)), key=lambda place: draw(seed, *names, place))
    return [options[place] for place in places]
