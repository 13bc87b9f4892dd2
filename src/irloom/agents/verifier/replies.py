"""Reads what a judge says of an edit; what cannot be read is an error, never a verdict."""

from irloom.agents.replies import find_json, read_text
from irloom.errors import ModelReplyError
from irloom.protocols import ReplySchema, ReplyText

JUDGEMENT = ReplySchema(
    "judgement",
    {
        "type": "object",
        "properties": {"reason": {"type": "string"}, "passed": {"type": "boolean"}},
        "required": ["reason", "passed"],
        "additionalProperties": False,
    },
)
_WORDS = {"true": True, "yes": True, "false": False, "no": False}


def read_judgement(reply: ReplyText) -> tuple[bool, str]:
    """Whether the edit passed, and why; ModelReplyError where that is not said."""
    text = read_text(reply)
    found = find_json(text) or {}
    passed = found.get("passed")
    if isinstance(passed, str):
        passed = _WORDS.get(passed.strip().lower())
    if not isinstance(passed, bool):
        raise ModelReplyError(f"no JSON object with `passed` as true or false was found: {text[:200]!r}")
    reason = str(found.get("reason") or "").strip()
    if not passed and not reason:
        raise ModelReplyError("the judge rejected the edit and gave no reason")
    return passed, reason
