"""Reads a judgement and an adapted problem; what cannot be read is asked for once more."""

import re
from typing import Any

from irloom.agents.replies import find_json, read_text
from irloom.figures import DIMENSIONS, Adaptation, Judgement
from irloom.protocols import ReplySchema, ReplyText, Unreadable

_MARK = {
    "type": "object",
    "properties": {
        "reason": {"type": "string", "maxLength": 600},
        "score": {"type": "integer", "enum": [0, 1, 2]},
    },
    "required": ["reason", "score"],
    "additionalProperties": False,
}
JUDGEMENT = ReplySchema(
    "judgement",
    {
        "type": "object",
        "properties": dict.fromkeys(DIMENSIONS, _MARK),
        "required": list(DIMENSIONS),
        "additionalProperties": False,
    },
)
ADAPTATION = ReplySchema(
    "adaptation",
    {
        "type": "object",
        "properties": {
            "hidden": {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 40},
            "question": {"type": "string"},
        },
        "required": ["hidden", "question"],
        "additionalProperties": False,
    },
)


JUDGEMENT_FORM = "{" + ", ".join(f'"{name}": {{"reason": "…", "score": 0}}' for name in DIMENSIONS) + "}"
ADAPTATION_FORM = '{"hidden": ["…"], "question": "…"}'


def read_judgement(reply: ReplyText) -> Judgement | Unreadable:
    """Five scores with their reasons; Unreadable where one is missing or is not 0, 1 or 2."""
    text = read_text(reply)
    found = {name.lower(): part for name, part in (find_json(text) or {}).items()}
    try:
        marks = {name: _read_mark(name, found.get(name)) for name in DIMENSIONS}
    except ValueError as error:
        return Unreadable(text, str(error))
    return Judgement(
        scores={name: score for name, (score, _) in marks.items()},
        reasons={name: reason for name, (_, reason) in marks.items() if reason},
    )


def _read_mark(name: str, found: Any) -> tuple[int, str]:
    score = found.get("score") if isinstance(found, dict) else found
    reason = found.get("reason", "") if isinstance(found, dict) else ""
    if isinstance(score, str) and re.fullmatch(r"\s*[012](\.0)?\s*", score):
        score = float(score)
    if isinstance(score, bool) or score not in {0, 1, 2}:
        raise ValueError(f"the judge gave {name} the score {score!r}; it must be 0, 1 or 2")
    return int(score), str(reason)


def read_adaptation(reply: ReplyText) -> Adaptation | Unreadable:
    """The rewritten problem and what it hides; Unreadable where there is no question."""
    text = read_text(reply)
    found = find_json(text) or {}
    question, hidden = found.get("question"), found.get("hidden")
    if not isinstance(question, str) or not question.strip():
        return Unreadable(text, "no rewritten question was found in it")
    values = hidden if isinstance(hidden, list) else []
    return Adaptation(
        question=question.strip(), hidden=tuple(str(value) for value in values if str(value).strip())
    )
