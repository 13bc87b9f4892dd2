"""How far a panel agrees: per item, and beyond chance over all items (Fleiss, Psychol. Bull. 76, 1971)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def agreement_ratio(counts: Sequence[int]) -> float | None:
    """Share of the votes that the most frequent category got, 0..1; None without votes."""
    votes = sum(counts)
    return max(counts) / votes if votes else None


def item_agreement(counts: Sequence[int]) -> float | None:
    """Fleiss' P_i: the share of pairs of judges that agree, 0..1; None for fewer than two judges."""
    votes = sum(counts)
    return count_agreeing(counts) / (votes * (votes - 1)) if votes > 1 else None


def count_agreeing(counts: Sequence[int]) -> int:
    """Ordered pairs of judges that said the same of an item."""
    return sum(count * (count - 1) for count in counts)


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums over items that kappa follows from, so that a run can add them up sample by sample."""

    items: int
    agreeing: int
    """Ordered pairs of judges that agree, over all items."""
    votes: tuple[int, ...]
    """Over all items, by category."""

    @property
    def kappa(self) -> float | None:
        """Fleiss' kappa; 1 is full agreement, 0 what chance gives.

        None where it is not defined: no item, a single judge, or one category in every vote.
        """
        total = sum(self.votes)
        judges = total // self.items if self.items else 0
        if judges < 2:
            return None
        observed = self.agreeing / (total * (judges - 1))
        expected = sum((count / total) ** 2 for count in self.votes)
        return None if expected == 1 else (observed - expected) / (1 - expected)


def add_up(items: Iterable[Sequence[int]]) -> Tally:
    """Sum up the votes of items, by category each.

    ValueError where the items were not judged by equally many: kappa is not defined for them.
    """
    rows = [tuple(counts) for counts in items]
    if len({sum(counts) for counts in rows}) > 1:
        raise ValueError(
            "the items were judged by different numbers of judges: leave out those that miss one"
        )
    votes = tuple(map(sum, zip(*rows, strict=True)))
    return Tally(len(rows), sum(map(count_agreeing, rows)), votes)


def fleiss_kappa(items: Iterable[Sequence[int]]) -> float | None:
    """Fleiss' kappa of items with the votes of each category; see `Tally.kappa` and `add_up`."""
    return add_up(items).kappa
