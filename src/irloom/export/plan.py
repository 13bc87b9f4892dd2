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
from irloom.export.options import WHOLE, Duplicates, ExportOptions
from irloom.export.selection import Place, find_holders, select_rows
from irloom.pipelines.flow import Exported

Groups = Mapping[str, int]
"""For each image the number of its group: those that are the same, or nearly."""


@dataclass(slots=True)
class Plan:
    """Which rows go where."""

    splits: dict[str, list[Place]]
    exported: Exported
    passed_over: int = 0
    lacking: int = 0
    """Rows without an image, which are left out."""
    dropped: list[Dropped] = field(default_factory=list)

    @property
    def written(self) -> list[str]:
        """The splits that get a file: one without rows keeps `datasets` from loading the others."""
        return [name for name, places in self.splits.items() if places]

    @property
    def rows(self) -> int:
        """Rows of all splits."""
        return sum(map(len, self.splits.values()))


def plan_export(root: Path, options: ExportOptions) -> Plan:
    """Select, drop and split; the plan holds for the run as it was committed now.

    Groups of images that are alike are in one split, drawn for the sample of the group that came first. They
    are found among all images of the run, so that the split of a row does not depend on what was selected.
    """
    selected = select_rows(root, options)
    places, dropped = selected.places, list[Dropped]()
    splits: dict[str, list[Place]] = {name: [] for name in options.splits or WHOLE}
    needs_groups = options.splits or options.drop_duplicates
    holders = find_holders(root, selected) if needs_groups else {}
    groups = _group(root, options, [*holders])
    if options.drop_duplicates:
        places, dropped = _drop(root, options, places, groups, options.drop_duplicates, selected.exported)
    if not options.splits:
        splits = {"train": places}
        return Plan(splits, selected.exported, selected.passed_over, selected.lacking, dropped)
    heads = _find_heads(holders, groups, selected.ranks)
    for place in places:
        splits[draw_split(heads[groups[place.image]], options.seed, options.splits)].append(place)
    return Plan(splits, selected.exported, selected.passed_over, selected.lacking, dropped)


def _group(root: Path, options: ExportOptions, images: Sequence[str]) -> Groups:
    """Groups of images; reading 118,000 of them takes a while."""
    group = group_near if options.drop_duplicates == "near" else group_same
    return dict(zip(images, group(root, images), strict=True))


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


def _find_heads(holders: Mapping[str, str], groups: Groups, ranks: Mapping[str, int]) -> dict[int, str]:
    """The sample of each group that was committed first."""
    heads: dict[int, str] = {}
    for image, sample in holders.items():
        group = groups[image]
        heads[group] = min(heads.get(group, sample), sample, key=ranks.__getitem__)
    return heads


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
