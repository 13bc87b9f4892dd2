"""Pairs of a right and a wrong sentence, and the two by two of Winoground: which of them gets more.

A sentence may have several wrong counterparts, as a caption with two foils: each right one with each wrong
one is a pair of its own, as if the set had listed them one by one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

import numpy as np

from irloom.pipelines.evaluate.detect.detections import Detections

Quartet = Mapping[str, float]
"""Scores of caption 0 and 1 with image 0 and 1, by `c0i0`, `c0i1`, `c1i0`, `c1i1`."""
_FOUR = {"c0i0", "c0i1", "c1i0", "c1i1"}
_Sides = Mapping[str, Sequence[float]]
"""The scores of what has one name of a pair, by side: several where a side stands there more than once."""


@dataclass(frozen=True, slots=True)
class PairScore:
    """How often the right sentence of a pair gets more than the wrong one, 0..1; equal scores are a half."""

    group: str
    pairs: int
    accuracy: float


@dataclass(frozen=True, slots=True)
class WinogroundScore:
    """Shares of the quartets, 0..1, as in its paper (CVPR 2022), where equal scores are wrong."""

    group: str
    quartets: int
    text: float
    """Each image prefers its caption."""
    image: float
    """Each caption prefers its image."""
    both: float


@dataclass(frozen=True, slots=True)
class Paired:
    """All that is told of pairs."""

    pairs: list[PairScore]
    winoground: list[WinogroundScore]
    broken: int
    """Names of pairs and quartets that are not whole: a sentence is missing, or nobody could label it."""


def score_pairs(run: Detections) -> Paired:
    """Every group that has pairs; a sentence without a score counts as the mid value."""
    found = {group: [_combine(one) for one in pairs.values()] for group, pairs in _collect(run).items()}
    whole = {group: list(chain.from_iterable(pairs)) for group, pairs in found.items()}
    return Paired(
        pairs=[score for group in sorted(whole) for score in _score_twos(group, whole[group])],
        winoground=[score for group in sorted(whole) for score in _score_fours(group, whole[group])],
        broken=sum(not one for pairs in found.values() for one in pairs),
    )


def _collect(run: Detections) -> Mapping[str, Mapping[str, _Sides]]:
    """By group, then by pair."""
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    columns = run.columns
    listed = zip(columns.groups, columns.pairs, columns.sides, run.scores, strict=True)
    for group, pair, side, score in listed:
        if pair:
            sides = found.setdefault(str(group), {}).setdefault(str(pair), defaultdict(list))
            sides[str(side)].append(float(score))
    return found


def _combine(sides: _Sides) -> list[dict[str, float]]:
    """The pairs or the quartet of one name; none where a side is missing, or one of four is doubled."""
    if sides.keys() == {"right", "wrong"}:
        both = product(sides["right"], sides["wrong"])
        return [{"right": right, "wrong": wrong} for right, wrong in both]
    if sides.keys() == _FOUR and all(len(scores) == 1 for scores in sides.values()):
        return [{side: score for side, (score,) in sides.items()}]
    return []


def _score_twos(group: str, pairs: list[dict[str, float]]) -> list[PairScore]:
    wins = [(np.sign(one["right"] - one["wrong"]) + 1) / 2 for one in pairs if "right" in one]
    return [PairScore(group, len(wins), float(np.mean(wins)))] if wins else []


def _score_fours(group: str, pairs: list[dict[str, float]]) -> list[WinogroundScore]:
    quartets = [one for one in pairs if "c0i0" in one]
    if not quartets:
        return []
    text, image = [prefers_captions(one) for one in quartets], [prefers_images(one) for one in quartets]
    both = [one and other for one, other in zip(text, image, strict=True)]
    return [
        WinogroundScore(group, len(both), float(np.mean(text)), float(np.mean(image)), float(np.mean(both)))
    ]


def prefers_captions(one: Quartet) -> bool:
    """Whether each image gives its own caption more."""
    return one["c0i0"] > one["c1i0"] and one["c1i1"] > one["c0i1"]


def prefers_images(one: Quartet) -> bool:
    """Whether each caption is given more by its own image."""
    return one["c0i0"] > one["c0i1"] and one["c1i1"] > one["c1i0"]
