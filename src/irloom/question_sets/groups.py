"""Joins images that must not part: those of one sequence, and twins by perceptual hash."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from irloom.errors import SourceError, UserError
from irloom.export.groups import explain_unread, group_near
from irloom.pictures import open_picture
from irloom.question_sets.record import Draft
from irloom.shots import Edges, Shot

_Shown = tuple[str, Edges | None]
"""A picture by its name, and the part of it that is seen."""
_ENOUGH_PX = 128
"""Of the longer side, for a perceptual hash."""


def name_groups(drafts: Sequence[Draft], images: Path) -> list[str]:
    """For each draft its group: sequences that share an image, or show nearly the same, are one.

    A group is called by the first of its sequences in the alphabet. UserError for an image that cannot be
    read.
    """
    files: dict[str, str] = {}
    holders: dict[_Shown, str] = {}
    joined = Joined(draft.sequence for draft in drafts)
    for draft in drafts:
        for shot in draft.images:
            joined.join(files.setdefault(shot.name, draft.sequence), draft.sequence)
            holders.setdefault((shot.name, shot.crop), draft.sequence)
    for one, other in _pair_twins(images, sorted(holders, key=repr)):
        joined.join(holders[one], holders[other])
    names = joined.name_all()
    return [names[draft.sequence] for draft in drafts]


def _pair_twins(folder: Path, shown: Sequence[_Shown]) -> Iterable[tuple[_Shown, _Shown]]:
    """Each image with the first one of its chain of near ones."""
    with TemporaryDirectory() as cut:
        paths = [
            str(folder / name if crop is None else _cut(folder, name, crop, Path(cut) / f"{place}.png"))
            for place, (name, crop) in enumerate(shown)
        ]
        firsts = group_near(folder, paths)
    return ((shown[first], one) for first, one in zip(firsts, shown, strict=True))


def _cut(folder: Path, name: str, crop: Edges, path: Path) -> Path:
    """The part of a picture that is seen, as a file: a border that all have would make all alike."""
    from irloom.backends.shots import draw_shot

    try:
        with open_picture(folder / name) as picture:
            draw_shot(picture, Shot(name=name, crop=crop), _ENOUGH_PX).save(path)
    except (SourceError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UserError(explain_unread(folder / name, str(error))) from error
    return path


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
