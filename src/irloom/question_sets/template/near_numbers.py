"""Four numbers to choose from, of which none is right more often than another among the same four.

Small numbers are far more frequent than large ones, so that the smallest option would else be a good guess.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

TOO_OFTEN = "numbers that would be right too often among the same four"
_CHOICES = 4
_NEAR = 0.15
"""How far two options lie apart, as a share of the least one; 1 at least."""

Offer = tuple[int, ...]


def offer_numbers(counted: Sequence[tuple[str, int]], draw: random.Random) -> list[tuple[str, ...]]:
    """For each label with its number four options at even steps; none for one that would be right too often.

    Of the four that a label is asked with none is right more than once oftener than another. None is 0, which
    would never be right.
    """
    met: dict[str, Counter[tuple[Offer, int]]] = defaultdict(Counter)
    offers = []
    for label, number in counted:
        offer = min(_list_offers(number), key=lambda one: (met[label][one, number], draw.random()))
        met[label][offer, number] += 1
        offers.append(offer)
    taken: dict[str, Counter[tuple[Offer, int]]] = defaultdict(Counter)
    kept = []
    for (label, number), offer in zip(counted, offers, strict=True):
        most = min(met[label][offer, other] for other in offer) + 1
        is_kept = taken[label][offer, number] < most
        taken[label][offer, number] += is_kept
        kept.append(tuple(map(str, offer)) if is_kept else ())
    return kept


def _list_offers(number: int) -> Iterator[Offer]:
    """All fours that hold a number. The step follows from the least one, so that it tells no number."""
    for least in range(1, number + 1):
        step = max(1, round(_NEAR * least))
        offer = tuple(least + place * step for place in range(_CHOICES))
        if number in offer:
            yield offer
