"""Runs that somebody changed and then vouched for anew, so that every sum in them holds."""

import zlib
from collections.abc import Callable
from pathlib import Path

from irloom.engine.seals import SealedLines, seal
from irloom.engine.storage import dump_line

Change = Callable[[str], str]


def forge(root: Path, name: str, change: Change) -> None:
    """Change the text of a run's data file, and have its log say that this was committed."""
    path = root / f"{name}.jsonl"
    content, forged, lines, start = path.read_bytes(), b"", [], 0
    for number, event in enumerate(SealedLines(root / "commits.jsonl")):
        if "ends" in event:
            end = event["ends"][path.name]
            forged += change(content[start:end].decode()).encode()
            start = end
            event["ends"][path.name] = len(forged)
            event["sums"][path.name] = zlib.crc32(forged)
        lines.append(seal(dump_line(event), number))
    path.write_bytes(forged)
    (root / "commits.jsonl").write_bytes(b"".join(lines))
