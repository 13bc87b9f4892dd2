"""Sentences of a text, with where they stand."""

import re
from dataclasses import dataclass

_MARK_ALONE = re.compile(r"\W*(?:\d{1,3}|[A-Za-z])?\W*")
"""A number or a dash that begins an item of a list, and no sentence."""
_LINE_OF_LIST = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `text` is what stands from `start` up to `end`, in characters."""

    start: int
    end: int
    text: str


def split_sentences(text: str, language: str = "en") -> list[Sentence]:
    """The sentences of a text in their order, without the white space and list marks around them.

    `language` is an ISO 639 code, by which abbreviations are known. Text without words gives no sentence.
    """
    from sentencex import get_sentence_boundaries  # a compiled library: only who splits waits for it

    sentences: list[Sentence] = []
    for found in get_sentence_boundaries(language, text):
        begin = int(found["start_index"])
        for piece in re.finditer(r"[^\n]+", found["text"]):
            sentence = _strip(text, begin + piece.start(), begin + piece.end())
            if not _MARK_ALONE.fullmatch(sentence.text):
                sentences.append(sentence)
    return sentences


def _strip(text: str, start: int, end: int) -> Sentence:
    mark = _LINE_OF_LIST.match(text, start, end)
    start = mark.end() if mark else start
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Sentence(start, start + len(piece.strip()), piece.strip())
