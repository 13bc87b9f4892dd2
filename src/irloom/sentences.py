"""Sentences of a text, with where they stand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MARK_ALONE = re.compile(r"\W*(?:\d{1,3}|[A-Za-z])?\W*")
"""A number or a dash that begins an item of a list, and no sentence."""
_HEADING = re.compile(r"\s{0,3}#{1,6}\s.*")
_EMPHASIS = re.compile(
    r"(?P<strong>\*{2,3}|(?<!\w)_{2,3})(?=\S)(?P<loud>[^*_]+?)(?<=\S)(?P=strong)"
    r"|(?<![\w*_])(?P<mark>[*_])(?=[^\s*_])(?P<soft>[^*_]+?)(?<=\S)(?P=mark)(?![\w*_])"
)
_LINE_OF_LIST = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `text` is what stands from `start` up to `end`, in characters."""

    start: int
    end: int
    text: str


def list_sentences(description: str) -> tuple[str, ...]:
    """The sentences of a description, however a model set it.

    Headings and marks of emphasis go, and a sentence that was broken into lines is one again.
    """
    plain = _EMPHASIS.sub(lambda found: found["loud"] or found["soft"], description)
    lines = ("" if _HEADING.fullmatch(line) else line.strip() for line in plain.splitlines())
    return tuple(sentence.text for sentence in split_sentences("\n".join(join_wrapped(lines))))


def join_wrapped(lines: Iterable[str]) -> list[str]:
    """A line that goes on in small letters belongs to the one before it, which has no end yet."""
    joined: list[str] = []
    for line in lines:
        open_ended = bool(joined and joined[-1]) and joined[-1][-1] not in '.!?:;"”*'
        if open_ended and line[:1].islower():
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


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
