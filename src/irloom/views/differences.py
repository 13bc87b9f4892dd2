"""Marks what went and what came between two texts, word by word."""

import difflib
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple


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
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[i1:i2]), "".join(new[j1:j2])
        if kind == "equal":
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


def _split(text: str) -> list[str]:
    """Words with the blanks behind them; the end of a line stands alone, so that a change keeps it."""
    return re.findall(r"\S+[^\S\n]*|\s", text)
