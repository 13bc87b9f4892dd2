"""Where the rows of a commit lie in the data files, and how to tell that they are still those.

A line of the log that vouches says of each file where it ends and the checksum of all before. Two such
lines check what lies between them, so that the rows of one sample are read by offset and checked alone.
"""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from irloom.engine.damage import damaged


class Span(NamedTuple):
    """A part of a data file, in bytes."""

    start: int
    end: int
    before: int = 0
    """Checksum of what lies before."""
    after: int | None = None
    """Checksum at the end; None where no line says it, as of transcripts that an earlier irloom wrote."""

    def holds(self, content: bytes) -> bool:
        """Whether these are the bytes that were committed."""
        right = self.after is None or zlib.crc32(content, self.before) == self.after
        return right and len(content) == self.end - self.start

    def is_at_lines(self, content: bytes) -> bool:
        """Whether this is made of whole lines."""
        return not content or content.endswith(b"\n")


class Vouched:
    """Where the data files end by the lines of a log so far."""

    def __init__(self, ends: Mapping[str, int] | None = None, sums: Mapping[str, int] | None = None) -> None:
        self.ends: Mapping[str, int] = ends or {}
        self.sums: Mapping[str, int] = sums or {}

    def take(self, event: Mapping[str, Any]) -> dict[str, Span]:
        """Go on by a line; what it added to each data file, by name without ending."""
        if "ends" not in event:
            return {}
        ends, sums = event["ends"], event.get("sums", {})
        spans = {
            name.removesuffix(".jsonl"): Span(
                self.ends.get(name, 0), end, self.sums.get(name, 0), sums.get(name)
            )
            for name, end in ends.items()
        }
        self.ends, self.sums = ends, sums
        return spans


def read_span(file: BinaryIO, path: Path, span: Span, sample: str = "") -> bytes:
    """The bytes of a span; DamageError where they are not those that were committed."""
    file.seek(span.start)
    content = file.read(span.end - span.start)
    of = f" of sample {sample!r}" if sample else ""
    if len(content) < span.end - span.start:
        raise damaged(
            path, f"it ends at byte {span.start + len(content)}, and rows{of} go up to byte {span.end}"
        )
    if not span.holds(content) or not span.is_at_lines(content):
        raise damaged(path, f"bytes {span.start} to {span.end} of it{of} are not those that were committed")
    return content
