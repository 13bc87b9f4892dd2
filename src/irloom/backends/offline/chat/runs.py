"""Gathers the forbidden words of a sentence into runs: "red, white and blue" is one."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from irloom.lexicon import Hit, Lexicon
from irloom.records import Category

_LISTS = re.compile(r"\s*(?:,\s*(?:and\s+|or\s+)?|\s(?:and|or|&)\s|/|-|\s)?\s*", re.IGNORECASE)


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


def _belongs(text: str, group: Sequence[Hit], hit: Hit) -> bool:
    end = max(one.end for one in group)
    return hit.start <= end or _LISTS.fullmatch(text[end : hit.start]) is not None


def _make_run(text: str, group: Sequence[Hit]) -> Run:
    start, end = group[0].start, max(hit.end for hit in group)
    said = text[start:end]
    # Expressions of the lexicon may take the blank behind or before a word too.
    return Run(
        text, start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip()), tuple(group)
    )
