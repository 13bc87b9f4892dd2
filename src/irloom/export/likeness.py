"""Which samples of a run show what an earlier one shows, so that they can stay in one split.

Samples are compared by the photographs that they were made of and by the pictures of their rows: names of
photographs, bytes, and perceptual hashes. Each is compared with those before it in the order of commits, so
that nothing which is found changes when the run grows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from irloom.backends.meters.near_duplicates import NEAR_BITS
from irloom.engine.directory import RunDirectory
from irloom.engine.log import iterate_commits
from irloom.engine.rows import iterate_committed
from irloom.errors import ConfigError, SourceError, UserError
from irloom.export.crops import find_crops
from irloom.export.groups import explain_unread, find_pairs
from irloom.export.prints import Print, Prints, Progress
from irloom.inside import is_inside
from irloom.pipelines.registry import find_flow
from irloom.sources.location import Finder, require_folder

Kind = Literal["name", "bytes", "photograph", "picture"]
Key = tuple[Kind, str | int]
"""By what two samples are the same: a photograph's name, bytes, and the perceptual hashes of both."""
Near = dict[Key, list[Key]]
"""For each key those of what shows nearly the same."""


class Shown(NamedTuple):
    """A picture by the first commit of a sample that shows it."""

    commit: int
    sample: str
    name: str
    is_photograph: bool
    """Whether its name is relative to the folder of the user's images, else to the run."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What each sample is like."""

    heads: Mapping[str, Sequence[str]]
    """For each sample the one whose split it takes, which may be itself; behind it others, of groups that it
    is like as well."""
    photographs: int = 0
    unseen: int = 0
    """Photographs that are not where the run's configuration says, or that cannot be read: of these the names
    alone were compared."""

    def find_head(self, sample: str) -> str:
        """The sample whose group it belongs to."""
        return self.heads.get(sample, (sample,))[0]

    def name_groups(self) -> dict[str, str]:
        """For each sample the name of its group, which does not depend on who was committed first."""
        first: dict[str, str] = {}
        for sample in self.heads:
            head = self.find_head(sample)
            first[head] = min(first.get(head, sample), sample)
        return {sample: first[self.find_head(sample)] for sample in self.heads}

    def draw(self, sample: str, draw: Callable[[str], str]) -> str | None:
        """The split of a sample; None for one that is like samples of two splits, and can be in neither.

        `draw` gives the split of a head.
        """
        drawn = {draw(head) for head in self.heads.get(sample, (sample,))}
        return drawn.pop() if len(drawn) == 1 else None


def find_likeness(root: Path, prints: Prints) -> Likeness:
    """Look at all rows of a run, whatever is exported of them; UserError for a picture that is broken."""
    shown = sorted(_list_shown(root))
    own = [one for one in shown if not one.is_photograph]
    pictures = dict(zip(own, prints.read([root / one.name for one in own]), strict=True))
    for one, seen in pictures.items():
        if seen.trouble:
            raise UserError(explain_unread(root / one.name, seen.trouble))
    photographs = _read_photographs(root, [one for one in shown if one.is_photograph], prints)
    found = pictures | photographs
    keys = [
        (sample, [key for one in own for key in _list_keys(one, found[one])])
        for (_, sample), own in groupby(shown, key=lambda one: (one.commit, one.sample))
    ]
    near = chain(
        _find_near("picture", pictures.values()),
        _find_near("photograph", photographs.values()),
        _find_crops(photographs.values(), prints.progress),
    )
    unseen = {one.name for one, seen in photographs.items() if seen.code is None}
    return Likeness(_follow(keys, _link(near)), len({one.name for one in photographs}), len(unseen))


def _list_shown(root: Path) -> Iterator[Shown]:
    """Every picture of every sample, once."""
    run = RunDirectory.open(root)
    flow = find_flow(run.flow)
    commits = _number_commits(root)
    seen: dict[tuple[str, str, bool], int] = {}
    for data in flow.data:
        for _, row in iterate_committed(root, data.name):
            number = commits.get((row["sample"], row["attempt"]))
            if number is None:
                continue  # committed since
            names = [(name, False) for name in flow.pictures(row)]
            for name, is_photograph in [*names, *((name, True) for name in flow.photographs(row))]:
                place = (row["sample"], name, is_photograph)
                seen[place] = min(seen.get(place, number), number)
    for (sample, name, is_photograph), number in seen.items():
        if is_photograph or is_inside(name):
            yield Shown(number, sample, name, is_photograph)


def _number_commits(root: Path) -> dict[tuple[str, int], int]:
    events = (event for event in iterate_commits(root) if event["event"] == "commit")
    return {(event["sample"], event["attempt"]): number for number, event in enumerate(events)}


def _read_photographs(root: Path, shown: Sequence[Shown], prints: Prints) -> dict[Shown, Print]:
    """The prints of photographs, which lie where the user keeps them: some may be gone."""
    folder = RunDirectory.open(root).source
    try:
        finder = Finder(folder, require_folder(folder)) if folder is not None else None
    except ConfigError:
        finder = None
    paths = {name: _find(finder, name) for name in dict.fromkeys(one.name for one in shown)}
    there = [path for path in paths.values() if path is not None]
    seen = dict(zip(there, prints.read(there, keep_small=True), strict=True))
    return {one: seen[path] if (path := paths[one.name]) is not None else Print() for one in shown}


def _find(finder: Finder | None, name: str) -> Path | None:
    try:
        return finder.find(name).path if finder is not None else None
    except SourceError:
        return None


def _list_keys(one: Shown, seen: Print) -> list[Key]:
    keys: list[Key] = [("name", one.name)] if one.is_photograph else []
    keys += [("bytes", seen.sha256)] if seen.sha256 else []
    kind: Kind = "photograph" if one.is_photograph else "picture"
    return keys + ([(kind, seen.code)] if seen.code is not None else [])


def _follow(shown: Sequence[tuple[str, Sequence[Key]]], near: Near) -> dict[str, list[str]]:
    """The heads of each sample, where what each commit shows comes in their order."""
    first: dict[Key, str] = {}
    heads: dict[str, list[str]] = {}
    ranks: dict[str, int] = {}
    for sample, keys in shown:
        ranks.setdefault(sample, len(ranks))
        like = {first[key] for own in keys for key in (own, *near.get(own, ())) if key in first}
        groups = {heads[other][0] for other in like if other != sample}
        known = heads.setdefault(sample, [])
        known += sorted(groups - {*known}, key=ranks.__getitem__)
        if not known:
            known.append(sample)
        for key in keys:
            first.setdefault(key, sample)
    return heads


def _find_near(kind: Kind, seen: Iterable[Print]) -> Iterator[tuple[Key, Key]]:
    """Pairs of different perceptual hashes that are near."""
    codes = np.unique(np.array([one.code for one in seen if one.code is not None], dtype=np.uint64))
    for some, others in find_pairs(codes, NEAR_BITS):
        for one, other in zip(codes[some].tolist(), codes[others].tolist(), strict=True):
            yield (kind, one), (kind, other)


def _find_crops(seen: Iterable[Print], progress: Progress) -> Iterator[tuple[Key, Key]]:
    """Pairs of perceptual hashes of copies and crops; of photographs with one hash the first is looked at."""
    smalls: dict[int, bytes] = {}
    for one in seen:
        if one.code is not None:
            smalls.setdefault(one.code, one.small)
    codes = [*smalls]
    for place, other in find_crops([*smalls.values()], progress):
        yield ("photograph", codes[place]), ("photograph", codes[other])


def _link(pairs: Iterable[tuple[Key, Key]]) -> Near:
    near: Near = defaultdict(list)
    for one, other in pairs:
        near[one].append(other)
        near[other].append(one)
    return near
