"""Reads what a run holds of one sample, by offset."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from irloom.engine.reader import read_spans
from irloom.errors import PromptError
from irloom.prompts import PromptFile
from irloom.web.queries import Entry

Line = Mapping[str, Any]
_NOT_OF_SAMPLES = frozenset({"rules", "transcripts"})


def read_rows(root: Path, entry: Entry) -> dict[str, list[dict[str, Any]]]:
    """The rows of a sample's last attempt, by data file."""
    return {
        name: list(read_spans(root, [span], name))
        for name, span in entry.spans.items()
        if name not in _NOT_OF_SAMPLES
    }


def read_turns(root: Path, entry: Entry) -> list[dict[str, Any]]:
    """Every call of a sample's last attempt, in the order of the flow."""
    rows = read_spans(root, [entry.spans["transcripts"]])
    return [turn for row in rows for turn in row["turns"]]


def fill_prompt(root: Path, turn: Line) -> list[tuple[str, str]]:
    """System and user text as they were sent, from the prompt that the run keeps and the turn's fields."""
    path = root / "prompts" / f"{turn['digest']}.md"
    try:
        prompt = PromptFile(turn["prompt"], path.read_text("utf-8")).fill(turn["fields"])
    except (OSError, UnicodeDecodeError, PromptError) as error:
        fields = [(name, str(value)) for name, value in turn["fields"].items()]
        return [("Prompt", f"It cannot be shown as it was sent: {error}"), *fields]
    return [("System", prompt.system), ("User", prompt.user)]
