"""The calls of a transcript, with prompts as they were sent."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from irloom.errors import PromptError
from irloom.inside import is_digest
from irloom.prompts import PromptFile

Line = Mapping[str, Any]
_PLACES = ("task", "round", "caption", "candidate")


def name_place(turn: Line) -> str:
    """Where in a sample a call, or a fault, stands."""
    return ", ".join(f"{name} {turn[name]}" for name in _PLACES if turn.get(name) is not None)


def fill_prompt(root: Path, turn: Line) -> list[tuple[str, str]]:
    """System and user text as they were sent, from the prompt that the run keeps and the turn's fields."""
    path = root / "prompts" / f"{turn['digest']}.md"
    try:
        if not is_digest(turn["digest"]):
            raise PromptError(f"{turn['digest']!r} is no digest of a prompt")
        kept = PromptFile(turn["prompt"], path.read_text("utf-8"))
        if kept.digest != turn["digest"]:
            raise PromptError(f"{path} was changed after irloom wrote it")
        prompt = kept.fill(turn["fields"])
    except (OSError, UnicodeDecodeError, PromptError) as error:
        fields = [(name, str(value)) for name, value in turn["fields"].items()]
        return [("Prompt", f"It cannot be shown as it was sent: {error}"), *fields]
    return [("System", prompt.system), ("User", prompt.user)]
