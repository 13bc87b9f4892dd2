"""Joins images that must not part: those of one sequence, and twins by perceptual hash."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from irloom.export.groups import group_near
from irloom.question_sets.record import Draft


def name_groups(drafts: Sequence[Draft], images: Path) -> list[str]:
    """For each draft its group: sequences that share an image, or near images, are one.

    A group is called by the first of its sequences in the alphabet. UserError for an image that cannot be
    read.
    """
    holders: dict[str, str] = {}
    joined = Joined(draft.sequence for draft in drafts)
    for draft in drafts:
        for shot in draft.images:
            joined.join(holders.setdefault(shot.name, draft.sequence), draft.sequence)
    for one, other in _pair_twins(images, sorted(holders)):
        joined.join(holders[one], holders[other])
    names = joined.name_all()
    return [names[draft.sequence] for draft in drafts]


def _pair_twins(folder: Path, names: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Each image with the first one of its chain of near ones."""
    return ((names[first], name) for first, name in zip(group_near(folder, names), names, strict=True))


class Joined:
    """Sequences of which some were joined."""

    def __init__(self, names: Iterable[str]) -> None:
        self._above = {name: name for name in names}

    def join(self, one: str, other: str) -> None:
        """Have two sequences in one group; the first in the alphabet names it."""
        low, high = sorted((self._find(one), self._find(other)))
        self._above[high] = low

    def name_all(self) -> Mapping[str, str]:
        """The group of every sequence."""
        return {name: self._find(name) for name in self._above}

    def _find(self, name: str) -> str:
        while (above := self._above[name]) != name:
            self._above[name] = name = self._above[above]
        return name
