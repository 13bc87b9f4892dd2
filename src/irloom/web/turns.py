"""The view of a transcript: every call with its prompt as it was sent, its reply and what it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from irloom.views.transcript import fill_prompt, name_place

Line = Mapping[str, Any]


@dataclass(frozen=True)
class TurnView:
    """One call."""

    node: str
    where: str
    model: str
    tokens: int
    cost_usd: float
    latency_ms: float
    notes: Sequence[str]
    prompt: str
    parameters: str
    parts: Sequence[tuple[str, str]]
    """Headings with texts: what was sent, what came back."""
    failed: bool


def view_turns(root: Path, turns: Sequence[Line]) -> list[TurnView]:
    """The calls of a transcript."""
    return [_view_turn(root, turn) for turn in turns]


def _view_turn(root: Path, turn: Line) -> TurnView:
    usage = turn.get("usage", {})
    parameters = {name: value for name, value in turn.get("parameters", {}).items() if value is not None}
    sent = fill_prompt(root, turn) if "prompt" in turn else []
    return TurnView(
        node=turn["node"],
        where=name_place(turn),
        model=turn.get("model", ""),
        tokens=usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0),
        cost_usd=usage.get("cost_usd", 0.0),
        latency_ms=turn.get("latency_ms", 0.0),
        notes=_list_notes(turn),
        prompt=turn.get("prompt", ""),
        parameters=", ".join(f"{name} {value}" for name, value in parameters.items()),
        parts=[*sent, *_list_results(turn)],
        failed="error" in turn,
    )


def _list_notes(turn: Line) -> list[str]:
    notes = []
    if turn.get("repair"):
        notes.append("asked again for a better form")
    if "paid_in" in turn:
        paid = turn["paid_in"]
        notes.append(f"replayed from attempt {paid}" if paid else "replayed from another run")
    if turn.get("unused"):
        notes.append("paid, and not used")
    if turn.get("finish_reason", "stop") != "stop":
        notes.append(f"ended by {turn['finish_reason']}")
    return notes


def _list_results(turn: Line) -> list[tuple[str, str]]:
    """What came back: thinking, texts, scores, or what a backend says of the file that it made."""
    replies = turn.get("reply", [])
    found = [("Thinking", text) for text in turn.get("thinking", []) if text]
    found += [
        (f"Reply {number} of {len(replies)}" if len(replies) > 1 else "Reply", text)
        for number, text in enumerate(replies, 1)
    ]
    found += [
        (name.capitalize(), _dump(turn[name])) for name in ("scores", "result", "failure") if name in turn
    ]
    found += [("Declined", turn["declined"])] if "declined" in turn else []
    if "error" in turn:
        found.append(("Error", f"{turn['error']}: {turn['message']}"))
    return found


def _dump(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
