"""Decides before anything is written which rows an export holds, and in which split each is."""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from irloom.engine.reader import read_rows_at
from irloom.export.duplicates import Dropped, find_duplicates
from irloom.export.groups import group_near, group_same
from irloom.export.likeness import Likeness, find_likeness
from irloom.export.options import Duplicates, ExportOptions
from irloom.export.prints import Prints, Progress, list_recorded, tell_nobody
from irloom.export.selection import Place, find_holders, select_rows
from irloom.pipelines.flow import Exported

Groups = Mapping[str, int]
"""For each image the number of its group: those that are the same, or nearly."""


@dataclass(slots=True)
class Plan:
    """Which rows go where."""

    splits: dict[str, list[Place]]
    """All in one where none are asked for."""
    exported: Exported
    passed_over: int = 0
    unjudged: int = 0
    """Rows that nobody judged, and nobody asked for."""
    unlicensed: int = 0
    """Rows of photographs without a licence of those that were asked for."""
    lacking: int = 0
    """Rows without an image, which are left out."""
    dropped: list[Dropped] = field(default_factory=list)
    between: list[Place] = field(default_factory=list)
    """Rows that are like rows of two splits, and are in neither."""
    likeness: Likeness | None = None
    """What samples are like; None where nothing was split."""
    seen: Mapping[str, str] = field(default_factory=dict)
    """The sha256 of pictures of the run that were looked at, by name."""

    @property
    def written(self) -> list[str]:
        """The splits that get a file: one without rows keeps `datasets` from loading the others."""
        return [name for name, places in self.splits.items() if places]

    @property
    def rows(self) -> int:
        """Rows of all splits."""
        return sum(map(len, self.splits.values()))


def plan_export(root: Path, options: ExportOptions, progress: Progress = tell_nobody) -> Plan:
    """Select, drop and split; the plan holds for the run as it was committed now.

    Samples that show the same, or nearly, are in one split, drawn for the one of them that came first. They
    are found among all samples of the run, so that the split of a row does not depend on what was selected.
    """
    selected = select_rows(root, options)
    looks = bool(options.splits) or options.drop_duplicates == "near"
    prints = Prints(looks, progress, list_recorded(root) if looks else {})
    plan = Plan(
        {"train": selected.places},
        selected.exported,
        selected.passed_over,
        selected.unjudged,
        selected.unlicensed,
        selected.lacking,
    )
    if options.drop_duplicates:
        images = [*find_holders(root, selected)]
        groups = _group(root, options.drop_duplicates, images, prints)
        kept, plan.dropped = _drop(
            root, options, selected.places, groups, options.drop_duplicates, selected.exported
        )
        plan.splits = {"train": kept}
    if options.splits:
        _split(plan, options, find_likeness(root, prints))
    plan.seen = prints.list_digests(root)
    return plan


def _group(root: Path, how: Duplicates, images: Sequence[str], prints: Prints) -> Groups:
    """Groups of images; reading 118,000 of them takes a while."""
    group = group_near if how == "near" else group_same
    return dict(zip(images, group(root, images, prints), strict=True))


def _split(plan: Plan, options: ExportOptions, likeness: Likeness) -> None:
    """Put each row into the split of its sample's group."""
    (places,) = plan.splits.values()
    plan.likeness = likeness
    plan.splits = {name: [] for name in options.splits}
    for place in places:
        split = likeness.draw(place.sample, lambda head: draw_split(head, options.seed, options.splits))
        (plan.splits[split] if split is not None else plan.between).append(place)


def _drop(
    root: Path,
    options: ExportOptions,
    places: Sequence[Place],
    groups: Groups,
    how: Duplicates,
    exported: Exported,
) -> tuple[list[Place], list[Dropped]]:
    """What stays and what goes, both in the order of the rows; one group's texts are held at a time."""
    gone: dict[int, Dropped] = {}
    ordered = sorted(places, key=lambda place: (groups[place.image], place.offset))
    for _, group in groupby(ordered, key=lambda place: groups[place.image]):
        offsets = array("q", (place.offset for place in group))
        if len(offsets) > 1:
            found = find_duplicates(read_rows_at(root, options.data, offsets), exported, how)
            gone |= {offset: one for offset, one in zip(offsets, found, strict=True) if one is not None}
    return [place for place in places if place.offset not in gone], [gone[offset] for offset in sorted(gone)]


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
