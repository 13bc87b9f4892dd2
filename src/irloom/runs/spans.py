"""Finds the rows of chosen samples by offset, without reading the others."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import orjson

from irloom.runs.checking import edited
from irloom.runs.commits import iterate_commits
from irloom.runs.journal import Turn

Span = tuple[int, int]


def locate(root: Path, samples: Collection[str] | None, name: str = "transcripts") -> dict[str, list[Span]]:
    """Byte spans in a data file for each of these samples (or all), one an attempt, in order."""
    spans: dict[str, list[Span]] = {}
    start = 0
    for event in iterate_commits(root):
        end = event.get("ends", {}).get(f"{name}.jsonl", start)
        if event["event"] == "commit" and (samples is None or event["sample"] in samples):
            spans.setdefault(event["sample"], []).append((start, end))
        start = end
    return spans


def read_spans(root: Path, spans: Collection[Span], name: str = "transcripts") -> Iterator[dict[str, Any]]:
    """The rows at some spans of a data file; RunDirError where the file is not as it was written."""
    path = root / f"{name}.jsonl"
    try:
        with path.open("rb") as file:
            for start, end in spans:
                file.seek(start)
                for line in file.read(end - start).splitlines():
                    yield orjson.loads(line)
    except FileNotFoundError:
        raise edited(path, "it is missing") from None
    except orjson.JSONDecodeError as error:
        raise edited(path, f"what should be a row is not JSON ({error})") from error


def earlier_turns(root: Path, spans: Collection[Span]) -> dict[str, Turn]:
    """Every recorded call of a sample's earlier attempts, by key."""
    return {turn["key"]: turn for row in read_spans(root, spans) for turn in row["turns"]}
