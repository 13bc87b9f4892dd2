"""Marks what went and what came between two texts, word by word."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

_MOST_MEETINGS = 50_000
"""Of equal words in the two texts, which is what a comparison costs; pages of prose have some thousands."""


class Piece(NamedTuple):
    """A part of a text: `same`, `gone` or `new` between two of them, or `marked` in a single one."""

    kind: Literal["same", "gone", "new", "marked"]
    text: str


def compare_words(before: str, after: str) -> list[Piece]:
    """Both texts as one row of pieces; all of it is the same where there was nothing before."""
    if not before:
        return [Piece("same", after)]
    old, new = _split(before), _split(after)
    pieces: list[Piece] = []
    for same, gone, came in _align(old, new):
        if same:
            pieces.append(Piece("same", came))
            continue
        pieces += [Piece("gone", gone)] if gone.strip() else []
        pieces += [Piece("new", came)] if came else []
    return pieces


def mark_spans(text: str, spans: Sequence[Sequence[int]]) -> list[Piece]:
    """A text with some of its parts marked; spans are first and last character plus one, in any order."""
    pieces: list[Piece] = []
    end = 0
    for start, stop in sorted((max(one[0], 0), min(one[1], len(text))) for one in spans):
        start = max(start, end)
        if start >= stop:
            continue
        pieces += [Piece("same", text[end:start])] if start > end else []
        pieces.append(Piece("marked", text[start:stop]))
        end = stop
    return [*pieces, *([Piece("same", text[end:])] if end < len(text) else [])]


def _align(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Parts of both texts beside each other, with whether they are equal.

    Texts in which the same words stand too often are not compared between what begins and ends both.
    """
    if _count_meetings(old, new) <= _MOST_MEETINGS:
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for kind, i1, i2, j1, j2 in matcher.get_opcodes():
            yield kind == "equal", "".join(old[i1:i2]), "".join(new[j1:j2])
        return
    start = _count_equal(old, new)
    end = _count_equal(old[start:][::-1], new[start:][::-1])
    if start:
        yield True, "".join(old[:start]), "".join(new[:start])
    yield False, "".join(old[start : len(old) - end]), "".join(new[start : len(new) - end])
    if end:
        yield True, "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _count_meetings(old: Sequence[str], new: Sequence[str]) -> int:
    counts = Counter(new)
    return sum(times * counts[word] for word, times in Counter(old).items())


def _count_equal(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _split(text: str) -> list[str]:
    """Words with the blanks behind them; the end of a line stands alone, so that a change keeps it."""
    return re.findall(r"\S+[^\S\n]*|\s", text)
