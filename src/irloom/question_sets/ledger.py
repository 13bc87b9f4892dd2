"""What a builder tells of its work: sources, what it left out and why, and figures beside the questions."""

from collections import Counter
from typing import Any

from irloom.records import Row


class Source(Row):
    """What a set was built from."""

    name: str
    """As the set is known, such as `llvip`."""
    sha256: str
    """Of the annotations, or of all files: what decides the questions."""
    images: int = 0
    licence: str | None = None


class Remark(Row):
    """Something that was left out or mended, how often, and the first case."""

    what: str
    count: int
    first: str


class Ledger:
    """Takes in what a builder tells; nothing of it may depend on the time or on where files lie."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.said: list[str] = []
        self.figures: dict[str, Any] = {}
        self._counts = Counter[str]()
        self._first: dict[str, str] = {}

    def add_source(self, source: Source) -> None:
        """Name what is read."""
        self.sources.append(source)

    def remark(self, what: str, first: str, number: int = 1) -> None:
        """Count something that was left out, or that is wrong and was mended."""
        self._counts[what] += number
        self._first.setdefault(what, first)

    def say(self, sentence: str) -> None:
        """Keep a sentence for set and card, such as why a task is left out."""
        self.said.append(sentence)

    def keep(self, name: str, value: Any) -> None:
        """Keep a figure, or a table of such, under a name of the builder's; JSON must take it."""
        self.figures[name] = value

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was counted, in the order in which it was first met."""
        return tuple(
            Remark(what=what, count=count, first=self._first[what]) for what, count in self._counts.items()
        )
