"""Text that an expression cannot match without, so that most searches need not be started.

Searching a caption for some 150 expressions costs more than all else that is done with it, and nearly
all of them find nothing; whether a word occurs in it at all is told many times faster.
"""

import importlib
import re
from collections.abc import Iterable
from typing import Any

# The parser of the standard library, which has no public name: how else to know what an expression needs.
_parser: Any = importlib.import_module("re._parser")
_SHORTEST = 2
Needles = frozenset[str]


class Searches:
    """Some expressions, of which only those are tried that may match a text."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._needles = {pattern: find_needles(pattern) for pattern in patterns}
        known = [needles for needles in self._needles.values() if needles is not None]
        self._every = frozenset[str]().union(*known) if len(known) == len(self._needles) else None

    def find(self, text: str) -> list[re.Match[str]]:
        """All matches of all expressions, in the order of the expressions."""
        # Outside ASCII, letters match in ways that lower case does not show (a long s matches an s).
        lowered = text.lower() if text.isascii() else None
        if not _may_hold(lowered, self._every):
            return []
        tried = (pattern for pattern, needles in self._needles.items() if _may_hold(lowered, needles))
        return [match for pattern in tried for match in pattern.finditer(text)]


def find_needles(pattern: re.Pattern[str]) -> Needles | None:
    """Texts in lower case of which a match holds at least one; None where there are none to tell."""
    return _of_sequence(_parser.parse(pattern.pattern, pattern.flags))


def _of_sequence(parts: Iterable[Any]) -> Needles | None:
    """The needles of the part that is best to look for: its shortest needle is the longest."""
    found: list[Needles] = []
    run = ""
    for name, value in ((str(part[0]), part[1]) for part in parts):
        if name == "LITERAL":
            run += chr(value).lower()
            continue
        found.append(frozenset({run}))
        run = ""
        if (needles := _of_part(name, value)) is not None:
            found.append(needles)
    found.append(frozenset({run}))
    best = max(found, key=lambda needles: min(map(len, needles)))
    return best if min(map(len, best)) >= _SHORTEST else None


def _of_part(name: str, value: Any) -> Needles | None:
    """The needles of a group, of alternatives that all have some, of a repetition, of what must follow."""
    match name:
        case "SUBPATTERN":
            return _of_sequence(value[-1])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_sequence(value[2]) if value[0] > 0 else None
        case "ASSERT" | "ATOMIC_GROUP":
            return _of_sequence(value[1] if name == "ASSERT" else value)
        case "BRANCH":
            branches = [_of_sequence(branch) for branch in value[1]]
            known = [branch for branch in branches if branch is not None]
            return frozenset().union(*known) if len(known) == len(branches) else None
    return None


def _may_hold(lowered: str | None, needles: Needles | None) -> bool:
    return lowered is None or needles is None or any(map(lowered.__contains__, needles))
