"""Which samples are looked at: the part of an address after the question mark, and back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, urlencode

from irloom.web.entries import FACETS

MarkedAs = Literal["marked", "noted"]
_MARKED: tuple[MarkedAs, ...] = get_args(MarkedAs)
_WORDS = re.compile(r'"[^"]*"\*?|[^\s"]+')


@dataclass(frozen=True)
class Filter:
    """Conditions that all have to hold."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """Value by facet."""
    text: str = ""
    marked: MarkedAs | None = None

    @classmethod
    def read(cls, query: Mapping[str, str], facets: Iterable[str] = FACETS) -> "Filter":
        """Take the conditions from an address; what is none is left out."""
        chosen = {facet: query[facet] for facet in facets if query.get(facet)}
        marked = next((name for name in _MARKED if query.get("mark") == name), None)
        return cls(chosen, query.get("q", "").strip(), marked)

    @classmethod
    def parse(cls, query: str) -> "Filter":
        """Take the conditions from the text that `query` makes."""
        parts = dict(parse_qsl(query.removeprefix("?")))
        return cls.read(parts, [name for name in parts if name not in ("q", "mark")])

    @property
    def parts(self) -> dict[str, str]:
        """The conditions as an address has them."""
        found = dict(self.chosen)
        found |= {"q": self.text} if self.text else {}
        return found | ({"mark": self.marked} if self.marked else {})

    def query(self, **changes: Any) -> str:
        """The part of an address from the question mark on, with some conditions changed; None drops one."""
        parts = {name: value for name, value in {**self.parts, **changes}.items() if value is not None}
        return f"?{urlencode(parts)}" if parts else ""

    def without(self, facet: str) -> "Filter":
        """The same, whatever the value of a facet."""
        chosen = {name: value for name, value in self.chosen.items() if name != facet}
        return Filter(chosen, self.text, self.marked)

    @property
    def match(self) -> str | None:
        """The text as FTS5 reads it: every word has to occur; `wor*` is a beginning, "a b" a phrase."""
        words = (_quote(word) for word in _WORDS.findall(self.text))
        return " ".join(word for word in words if word) or None


def _quote(word: str) -> str:
    """A word that FTS5 takes for nothing but a word; empty where it has no letter."""
    bare = word.replace('"', " ").rstrip("*").strip()
    if not re.search(r"\w", bare):
        return ""
    return f'"{bare}"{"*" if word.endswith("*") else ""}'
