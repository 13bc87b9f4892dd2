"""Proposes families of edits: of one kind, or of two and three kinds together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from irloom.backends.offline.edits.changes import Change
from irloom.backends.offline.edits.families import Family, draw_family
from irloom.backends.offline.edits.photograph import Photograph
from irloom.backends.offline.edits.targets import Nothing
from irloom.edits import SUBCATEGORIES, WHOLE_IMAGE, Point, Subcategory
from irloom.scene.layout import list_phrases

_MOST_STEPS = 3
_NEVER_JOINED = frozenset({"complex", "action"})


@dataclass(frozen=True, slots=True)
class Siblings:
    """Edits that share a base."""

    base: str
    points: tuple[Point, ...]


def propose(subcategory: Subcategory, photograph: Photograph, random: Random, count: int) -> Siblings:
    """Edits of one kind; raises Nothing with the reason where the photograph offers none."""
    family = draw_family(subcategory, photograph, random, count)
    return Siblings(
        family[0].base, tuple(Point(point=change.point, steps=(change.step,)) for change in family)
    )


def propose_complex(
    photograph: Photograph, random: Random, count: int, avoid: Collection[str] = ()
) -> Siblings:
    """Edits of two or three steps, of which the first is the same in all; raises Nothing."""
    first, *others = _draw_parts(photograph, random, count, avoid)
    base = first[0]
    rows = zip(*others, strict=False)
    return Siblings(base.state, tuple(_join(base, changes) for changes in rows))


def _join(base: Change, others: Sequence[Change]) -> Point:
    steps = tuple(change.step for change in (base, *others))
    return Point(point=list_phrases([change.state for change in others]), steps=steps)


def _draw_parts(
    photograph: Photograph, random: Random, count: int, avoid: Collection[str]
) -> Sequence[Family]:
    """The base by itself, then one family for each further step; no two speak of the same label.

    A change of the image as a whole comes last, because it may move what the boxes stand for.
    """
    kinds = [name for name in SUBCATEGORIES if name not in _NEVER_JOINED and name not in avoid]
    local = [name for name in kinds if name not in WHOLE_IMAGE]
    whole = [name for name in kinds if name in WHOLE_IMAGE]
    random.shuffle(local)
    random.shuffle(whole)
    wanted = random.randint(2, _MOST_STEPS)
    ends_whole = random.random() < 0.5
    parts = _draw_local(local, photograph, random, count, wanted - ends_whole)
    if parts and len(parts) < wanted:
        parts += _draw_first(whole, photograph, random, count)
    if len(parts) < 2:
        raise Nothing("it offers fewer than two changes that go together")
    return parts


def _draw_local(
    kinds: Sequence[Subcategory], photograph: Photograph, random: Random, count: int, wanted: int
) -> list[Family]:
    """Up to so many families, the first of one edit; those with enough siblings are taken before others."""
    parts: list[Family] = []
    used: set[Subcategory] = set()
    for least in (count, 1):
        for kind in kinds:
            siblings = count if parts else 1
            if len(parts) == wanted or kind in used:
                continue
            family = _try(kind, photograph, random, siblings)
            if len(family) >= min(least, siblings):
                parts.append(family)
                used.add(kind)
                photograph = photograph.without({label for change in family for label in change.labels})
    return parts


def _draw_first(
    kinds: Sequence[Subcategory], photograph: Photograph, random: Random, count: int
) -> list[Family]:
    """The family with the most siblings."""
    families = [family for kind in kinds if (family := _try(kind, photograph, random, count))]
    return sorted(families, key=len, reverse=True)[:1]


def _try(kind: Subcategory, photograph: Photograph, random: Random, count: int) -> Family:
    try:
        return draw_family(kind, photograph, random, count)
    except Nothing:
        return []
