"""Splits captions that are longer than a text model reads, so that no word is left out."""

import re
from collections.abc import Callable

from irloom.errors import ScoringError

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")


def split_caption(caption: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """The caption itself where it fits, else its sentences.

    A sentence that does not fit is halved between words, and a word between characters, until
    each part does. Raises ScoringError for a character that does not.
    """
    if fits(caption):
        return (caption,)
    sentences = [sentence.strip() for sentence in _SENTENCE_ENDS.split(caption)]
    return tuple(part for sentence in sentences if sentence for part in _halve(sentence, fits))


def _halve(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Halves are of like length: each counts the same in a mean."""
    if fits(text):
        return [text]
    words = text.split()
    if len(words) > 1:
        middle = len(words) // 2
        halves = [" ".join(words[:middle]), " ".join(words[middle:])]
    elif len(text) > 1:
        middle = len(text) // 2
        halves = [text[:middle], text[middle:]]
    else:
        raise ScoringError(f"{text!r} alone is longer than the model reads: shorten `template`")
    return [part for half in halves for part in _halve(half, fits)]
