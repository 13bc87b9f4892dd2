"""Pairs of a right and a wrong sentence, and the two by two of Winoground: which of them gets more."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from irloom.pipelines.evaluate.detect.detections import Detections

Quartet = Mapping[str, float]
"""Scores of caption 0 and 1 with image 0 and 1, by `c0i0`, `c0i1`, `c1i0`, `c1i1`."""


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
    """Pairs and quartets that are not whole, because a sentence is missing or nobody could label it."""


def score_pairs(run: Detections) -> Paired:
    """Every group that has pairs; a sentence without a score counts as the mid value."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    columns = run.columns
    listed = zip(columns.groups, columns.pairs, columns.sides, run.scores, strict=True)
    for group, pair, side, score in listed:
        if pair:
            found.setdefault(str(group), {}).setdefault(str(pair), {})[str(side)] = float(score)
    whole = {group: [one for one in pairs.values() if _is_whole(one)] for group, pairs in found.items()}
    return Paired(
        pairs=[score for group in sorted(whole) for score in _score_twos(group, whole[group])],
        winoground=[score for group in sorted(whole) for score in _score_fours(group, whole[group])],
        broken=sum(map(len, found.values())) - sum(map(len, whole.values())),
    )


def _is_whole(sides: Mapping[str, float]) -> bool:
    return sides.keys() in ({"right", "wrong"}, {"c0i0", "c0i1", "c1i0", "c1i1"})


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
