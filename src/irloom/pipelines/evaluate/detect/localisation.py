"""How well a detector finds the wrong words of a sentence: average precision over its words.

The paper states neither its unit nor its matching rule (AlignBench, arXiv 2511.20515). Here a word is what
white space sets apart; it is wrong if it overlaps a wrong span, and its score is the certainty of the surest
proposed span that overlaps it, else 0.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from irloom.metrics.ranking import Flags, Scores, find_average_precision

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one sentence."""

    wrong: Flags
    scores: Scores
    unread: bool
    """Whether the ask failed or nothing could be read of its reply, so that all scores are 0."""


@dataclass(frozen=True, slots=True)
class Localisation:
    """Average precision, 0..1; None where no word is wrong."""

    sentences: int
    wrong_sentences: int
    unread: int
    micro: float | None
    """All words of the wrong sentences pooled."""
    micro_with_right: float | None
    """All words of all sentences pooled."""
    by_sentence: float | None
    """The mean over wrong sentences of their own."""


def mark_words(
    text: str, spans: Sequence[Sequence[int]], proposed: Sequence[Mapping[str, Any]], *, unread: bool
) -> Words:
    """Which words are wrong, and how surely each was proposed."""
    words = [found.span() for found in _WORD.finditer(text)]
    wrong = [any(_overlap(word, span) for span in spans) for word in words]
    scores = [
        max((one["certainty"] for one in proposed if _overlap(word, (one["start"], one["end"]))), default=0.0)
        for word in words
    ]
    return Words(np.array(wrong, dtype=bool), np.array(scores, dtype=np.float64), unread)


def _overlap(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def score_words(found: Sequence[Words | None]) -> Localisation | None:
    """Over the sentences whose words are known; None where no words were asked for."""
    known = [one for one in found if one is not None]
    if not known:
        return None
    wrong = [one for one in known if one.wrong.any()]
    own = [value for one in wrong if (value := find_average_precision(one.wrong, one.scores)) is not None]
    return Localisation(
        sentences=len(known),
        wrong_sentences=len(wrong),
        unread=sum(one.unread for one in known),
        micro=_pool(wrong),
        micro_with_right=_pool(known),
        by_sentence=float(np.mean(own)) if own else None,
    )


def _pool(found: Sequence[Words]) -> float | None:
    if not found:
        return None
    return find_average_precision(
        np.concatenate([one.wrong for one in found]), np.concatenate([one.scores for one in found])
    )
