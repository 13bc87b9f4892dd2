"""How well a detector finds the wrong words of a sentence: average precision over its words.

The paper states neither its unit nor its matching rule (AlignBench, arXiv 2511.20515). Here a word is what
white space sets apart, and in Chinese and Japanese, which set nothing apart, a character; it is wrong if it
overlaps a wrong span, and its score is the certainty of the surest proposed span that overlaps it, else 0.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from irloom.alignment import Span
from irloom.metrics.ranking import Flags, Scores, find_average_precision

_WORD = re.compile(r"\S+")
_WITHOUT_SPACES = (
    r"\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\uff66-\uff9f"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Kana and Han; Korean has spaces."""
_CHARACTER = re.compile(f"[{_WITHOUT_SPACES}]")
_PIECE = re.compile(rf"[{_WITHOUT_SPACES}]|[^\W{_WITHOUT_SPACES}]+")
"""A character, or a word of another script between them; punctuation is neither."""


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
    """Those with right words too, where there is something to find."""
    all_wrong: int
    """Wrong sentences without a right word: whoever says nothing of them would have found everything."""
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
    words = list(_split(text))
    wrong = [any(_overlap(word, span) for span in spans) for word in words]
    scores = [
        max((one["certainty"] for one in proposed if _overlap(word, (one["start"], one["end"]))), default=0.0)
        for word in words
    ]
    return Words(np.array(wrong, dtype=bool), np.array(scores, dtype=np.float64), unread)


def _split(text: str) -> Iterator[Span]:
    for word in _WORD.finditer(text):
        if _CHARACTER.search(word[0]):
            yield from (found.span() for found in _PIECE.finditer(text, *word.span()))
        else:
            yield word.span()


def _overlap(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def score_words(found: Sequence[Words | None]) -> Localisation | None:
    """Over the sentences whose words are known; None where no words were asked for."""
    known = [one for one in found if one is not None]
    if not known:
        return None
    with_wrong = [one for one in known if one.wrong.any()]
    # Where every word is wrong, average precision is 1 whatever was proposed.
    wrong = [one for one in with_wrong if not one.wrong.all()]
    own = [value for one in wrong if (value := find_average_precision(one.wrong, one.scores)) is not None]
    return Localisation(
        sentences=len(known),
        wrong_sentences=len(wrong),
        all_wrong=len(with_wrong) - len(wrong),
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
