"""Reads a judgement and an adapted problem; what cannot be read is an error, never a score."""

import re
from typing import Any

from irloom.agents.replies import find_json, read_text
from irloom.errors import ModelReplyError
from irloom.figures import DIMENSIONS, Adaptation, Judgement
from irloom.protocols import ReplySchema, ReplyText

_MARK = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "score": {"type": "integer", "enum": [0, 1, 2]}},
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
            "hidden": {"type": "array", "items": {"type": "string"}},
            "question": {"type": "string"},
        },
        "required": ["hidden", "question"],
        "additionalProperties": False,
    },
)


def read_judgement(reply: ReplyText) -> Judgement:
    """Five scores with their reasons; ModelReplyError where one is missing or is not 0, 1 or 2."""
    text = read_text(reply)
    found = {name.lower(): part for name, part in (find_json(text) or {}).items()}
    marks = {name: _read_mark(name, found.get(name)) for name in DIMENSIONS}
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
        raise ModelReplyError(f"the judge gave {name} the score {score!r}; it must be 0, 1 or 2")
    return int(score), str(reason)


def read_adaptation(reply: ReplyText) -> Adaptation:
    """The rewritten problem and what it hides; ModelReplyError where there is no question."""
    text = read_text(reply)
    found = find_json(text) or {}
    question, hidden = found.get("question"), found.get("hidden")
    if not isinstance(question, str) or not question.strip():
        raise ModelReplyError(f"no rewritten question was found in the reply: {text[:200]!r}")
    values = hidden if isinstance(hidden, list) else []
    return Adaptation(
        question=question.strip(), hidden=tuple(str(value) for value in values if str(value).strip())
    )
