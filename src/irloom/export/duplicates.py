"""Finds rows that say of one image what another row says already."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from irloom.export.options import Duplicates
from irloom.pipelines.flow import Exported
from irloom.records import Row

NEAR_WORDS = 0.9
"""Texts are nearly the same if of all their different words this share is in both."""
_ROUNDING = 1e-9
_WORD = re.compile(r"\w+")


class Dropped(Row):
    """A row that an export leaves out."""

    id: str
    reason: str
    of: str
    """The row that stays."""


def find_duplicates(
    rows: Iterable[Mapping[str, Any]], data: Exported, how: Duplicates
) -> Iterator[Dropped | None]:
    """For each row that shows one image, or nearly, None or why it goes; of duplicates the first stays."""
    if how == "exact":
        yield from _find_exact(rows, data)
        return
    named = [(data.identify(row), split_words(data.text(row))) for row in rows]
    texts = NearTexts(Counter(word for _, words in named for word in words))
    for name, words in named:
        if (found := texts.find(words)) is None:
            texts.add(name, words)
            yield None
        else:
            of, share = found
            reason = f"near: {share:.0%} of the words are the same, and nearly the image"
            yield Dropped(id=name, reason=reason, of=of)


def _find_exact(rows: Iterable[Mapping[str, Any]], data: Exported) -> Iterator[Dropped | None]:
    first: dict[str, str] = {}
    for row in rows:
        name = data.identify(row)
        of = first.setdefault(data.text(row), name)
        yield None if of == name else Dropped(id=name, reason="exact: the same text and image", of=of)


class NearTexts:
    """Texts among which near ones are found without comparing each with each.

    Two texts that share nine words in ten share one of their rarest tenth, so that only those are looked up.
    `counts` says how many of the texts have each word; of words that none has, longer ones count as rarer.
    """

    def __init__(self, counts: Mapping[str, int] = MappingProxyType({})) -> None:
        self._counts = counts
        self._texts: list[tuple[str, frozenset[str]]] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._picked: tuple[frozenset[str], Sequence[str]] = (frozenset(), ())
        """The text that was looked at last, which is often added next, and its rarest words."""

    def add(self, name: str, words: frozenset[str]) -> None:
        """Take in a text."""
        for word in self._pick_rarest(words):
            self._holders[word].append(len(self._texts))
        self._texts.append((name, words))

    def find(self, words: frozenset[str]) -> tuple[str, float] | None:
        """The first near text by name, with the share of words in both."""
        rarest = self._pick_rarest(words)
        for place in sorted({place for word in rarest for place in self._holders.get(word, ())}):
            name, others = self._texts[place]
            fewer, more = sorted((len(words), len(others)))
            if fewer < NEAR_WORDS * more - _ROUNDING:
                continue
            share = len(words & others) / len(words | others)
            if share >= NEAR_WORDS:
                return name, share
        return None

    def _pick_rarest(self, words: frozenset[str]) -> Sequence[str]:
        if self._picked[0] is not words:
            ordered = sorted(words, key=lambda word: (self._counts.get(word, 0), -len(word), word))
            self._picked = words, ordered[: len(words) - math.ceil(NEAR_WORDS * len(words)) + 1]
        return self._picked[1]


def split_words(text: str) -> frozenset[str]:
    """The different words of a text; one that has none is its own word."""
    return frozenset(_WORD.findall(text.casefold())) or frozenset({text})
