"""Text on its way to a terminal: control characters of a model or a caption never reach it."""

import re
import sys
from collections import Counter
from collections.abc import Sequence

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Replace control characters, terminal escapes and text-direction overrides; tabs and line ends stay."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def say(text: str) -> None:
    """A message to the user, on standard error."""
    sys.stderr.write(clean(text) + "\n")
    sys.stderr.flush()


def show(text: str) -> None:
    """A result, on standard output."""
    sys.stdout.write(clean(text) + "\n")


def list_counts(counts: Counter[str]) -> str:
    """`name 3, other 1`, the most frequent first."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common() if count)


def align(rows: Sequence[Sequence[str]]) -> str:
    """Lines whose columns stand below each other: names to the left, figures to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
