"""Counts why samples failed: messages that differ in numbers and names alone are one reason."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from irloom.sameness import strip_varying

_LONGEST = 200
"""Characters of a message."""


@dataclass(slots=True)
class Reasons:
    """Failed samples by what their first failure said."""

    counts: Counter[str] = field(default_factory=Counter)
    """By stage and message, without what varies."""
    examples: dict[str, str] = field(default_factory=dict)
    """The first message of each reason, as it was."""

    def add(self, reason: str, number: int = 1) -> None:
        """Count a reason as `tell` gives it; a negative number takes it back."""
        kind = strip_varying(reason)
        self.counts[kind] += number
        self.examples.setdefault(kind, reason)

    def list_commonest(self, most: int = 3) -> list[tuple[str, int]]:
        """The reasons with the highest counts, each told by an example."""
        found = self.counts.most_common(most)
        return [(self.examples[kind], count) for kind, count in found if count > 0]


def tell_reason(fault: Mapping[str, Any]) -> str:
    """Stage and message of a failure on a commit line; its error where an older run kept no message."""
    said = " ".join((fault.get("message") or fault["error"]).split())
    short = f"{said[: _LONGEST - 1]}…" if len(said) > _LONGEST else said
    return f"{fault['stage']}: {short}"
