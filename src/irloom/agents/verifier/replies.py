"""Reads what a judge says of an edit; what cannot be read is asked for once more."""

from irloom.agents.replies import find_json, read_text
from irloom.protocols import ReplySchema, ReplyText, Unreadable

JUDGEMENT = ReplySchema(
    "judgement",
    {
        "type": "object",
        "properties": {"reason": {"type": "string", "maxLength": 600}, "passed": {"type": "boolean"}},
        "required": ["reason", "passed"],
        "additionalProperties": False,
    },
)
FORM = '{"reason": "…", "passed": true}, or {"reason": "…", "passed": false}'
_WORDS = {"true": True, "yes": True, "false": False, "no": False}


def read_judgement(reply: ReplyText) -> tuple[bool, str] | Unreadable:
    """Whether the edit passed, and why; ModelReplyError for a reply that was cut, refused or is empty."""
    text = read_text(reply)
    found = find_json(text) or {}
    passed = found.get("passed")
    if isinstance(passed, str):
        passed = _WORDS.get(passed.strip().lower())
    if not isinstance(passed, bool):
        return Unreadable(text, "no JSON object with `passed` as true or false was found")
    reason = str(found.get("reason") or "").strip()
    if not passed and not reason:
        return Unreadable(text, "the judge rejected the edit and gave no reason")
    return passed, reason
