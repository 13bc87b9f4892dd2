"""A seed image as the prompts of the CIR flow describe it: captions and numbered objects."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from irloom.backends.offline.edits.names import find_name
from irloom.errors import ModelReplyError
from irloom.scene.layout import Thing, read_boxes

_NUMBERED = re.compile(r"^\s*(\d+)\.\s+(.+)$")


@dataclass(frozen=True, slots=True)
class Target:
    """An annotated object."""

    number: int
    thing: Thing
    name: str | None
    """As `find_name` gives it; None where the object cannot be told from its like."""

    def call(self, noun: str) -> str:
        """The object in words, by its own noun or by `one`."""
        return (self.name or "one {}").format(noun)


@dataclass(frozen=True, slots=True)
class Photograph:
    """What is known of the seed."""

    text: str
    """Captions and labels in lower case."""
    targets: tuple[Target, ...]
    taken: frozenset[str] = frozenset()
    """Labels that another step of the same edit speaks of."""

    @property
    def things(self) -> tuple[Thing, ...]:
        """All boxes."""
        return tuple(target.thing for target in self.targets)

    def shows(self, words: Collection[str]) -> bool:
        """Whether captions or labels name one of the words, in the singular or the plural."""
        return any(re.search(rf"(?<![\w-]){re.escape(word)}(?:e?s)?(?![\w-])", self.text) for word in words)

    def without(self, labels: Collection[str]) -> Self:
        """The same with these labels taken."""
        return replace(self, taken=self.taken | frozenset(labels))


def read_photograph(captions: str, objects: str) -> Photograph:
    """Read the slots `captions` and `objects`; another form is a ModelReplyError."""
    lines = [] if objects.strip().lower() in {"", "none"} else objects.splitlines()
    numbered = [_read_object(line) for line in lines if line.strip()]
    things = [thing for _, thing in numbered]
    targets = tuple(Target(number, thing, find_name(thing, things)) for number, thing in numbered)
    return Photograph("\n".join([captions, *(thing.label for thing in things)]).lower(), targets)


def _read_object(line: str) -> tuple[int, Thing]:
    match = _NUMBERED.match(line)
    if match is None:
        raise ModelReplyError(f"an object line reads {line!r}: write it as `1. label: [x1, y1, x2, y2]`")
    return int(match[1]), read_boxes(match[2], least=0).things[0]
