"""Choices among kinds, of which each is wrong three times as often as it is right, as far as that can be.

What is right most often would else be known without a look at the picture.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from irloom.question_sets.template.forms import pick_apart, shuffle_by_weight
from irloom.question_sets.template.tasks import TaskBook

WRONG = 3
"""Wrong options of a question."""
TOO_FEW = f"fewer than {WRONG + 1} kinds that differ"
_LEAST_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Offer:
    """The right kind with three others."""

    right: str
    wrong: tuple[str, ...]


def offer_kinds(
    rights: Sequence[str], more: Sequence[str], book: TaskBook, draw: random.Random
) -> Iterator[Offer | None]:
    """For each right kind three wrong ones, from the others and from `more`; None where there are too few."""
    left = {kind: float(WRONG * number) for kind, number in Counter(rights).items()}
    usual = sum(left.values()) / len(left) if left else 1.0
    left |= {kind: usual for kind in more if kind not in left}
    for right in rights:
        weights = {kind: max(number, _LEAST_WEIGHT) for kind, number in left.items() if kind != right}
        wrong = pick_apart((right,), shuffle_by_weight(weights, draw), WRONG, book)
        for kind in wrong or ():
            left[kind] -= 1
        yield None if wrong is None else Offer(right, wrong)
