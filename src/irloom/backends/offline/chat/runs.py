"""Gathers the forbidden words of a sentence into runs ("red, white and blue" is one) and cuts them out."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from irloom.lexicon import Hit, Lexicon
from irloom.records import Category

_JOIN = re.compile(r"\s*+(?:,\s*+(?:(?:and|or)\s++)?|(?<=\s)(?:and|or|&)\s++|[/-]\s*+)?", re.IGNORECASE)
_FIRST_WORD = re.compile(r"\s+([^\W_][\w'’-]*)")
_LAST_WORD = re.compile(r"(?<![\w'’&-])([\w'’&-]++)(\s*+,)?\s*+$")


class Cut(NamedTuple):
    """Put `put` in the place of `text[start:end]`."""

    start: int
    end: int
    put: str = ""


class Before(NamedTuple):
    """The last word of what stands before a place, in lower case, and whether a comma follows it."""

    word: str
    comma: bool
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """Forbidden words that stand side by side in `text`, from `start` to `end`."""

    text: str
    start: int
    end: int
    hits: tuple[Hit, ...]

    @property
    def said(self) -> str:
        """The run as it stands in the sentence."""
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        """What stands before the run."""
        return self.text[: self.start]

    @property
    def after(self) -> str:
        """What stands behind the run."""
        return self.text[self.end :]

    @property
    def categories(self) -> frozenset[Category]:
        """What kinds of words the run holds."""
        return frozenset(hit.category for hit in self.hits)


def find_runs(text: str, lexicon: Lexicon, forbidden: Collection[Category]) -> list[Run]:
    """Find the runs of a sentence in their order; overlapping finds belong to one run."""
    groups: list[list[Hit]] = []
    for hit in lexicon.find(text, forbidden):
        if groups and _belongs(text, groups[-1], hit):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return [_make_run(text, group) for group in groups]


def first_word(after: str) -> str:
    """The word that follows at once, as it is written; empty where something else follows."""
    match = _FIRST_WORD.match(after)
    return match[1] if match else ""


def last_word(before: str) -> Before | None:
    """The word that stands right before; None where there is none, or a full stop or quotation mark."""
    match = _LAST_WORD.search(before)
    return Before(match[1].lower(), match[2] is not None, match.end(1)) if match else None


def _belongs(text: str, group: Sequence[Hit], hit: Hit) -> bool:
    end = max(one.end for one in group)
    return hit.start <= end or _JOIN.fullmatch(text[end : hit.start]) is not None


def _make_run(text: str, group: Sequence[Hit]) -> Run:
    """Expressions of the lexicon may take a comma or blank before and behind a word too: they stay out."""
    start, end = group[0].start, max(hit.end for hit in group)
    said = text[start:end]
    return Run(text, start + len(said) - len(said.lstrip(" ,")), start + len(said.rstrip()), tuple(group))
