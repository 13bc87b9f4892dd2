"""Reads the steps of a reworded edit."""

from collections.abc import Sequence

from irloom.agents.editing import STEP_SCHEMA
from irloom.agents.replies import find_json, read_text
from irloom.agents.steps import read_steps
from irloom.edits import Step, Subcategory
from irloom.errors import ModelReplyError
from irloom.ports import ReplySchema, ReplyText

REVISION = ReplySchema(
    "revision",
    {
        "type": "object",
        "properties": {"steps": {"type": "array", "items": STEP_SCHEMA}},
        "required": ["steps"],
        "additionalProperties": False,
    },
)


def read_revision(reply: ReplyText, kinds: Sequence[Subcategory], objects: int) -> tuple[Step, ...]:
    """The steps, which must be as many and of the same kinds as before; else ModelReplyError."""
    text = read_text(reply)
    steps = read_steps((find_json(text) or {}).get("steps"), objects, None)
    if [step.subcategory for step in steps] != list(kinds):
        wanted = ", ".join(kinds)
        raise ModelReplyError(f"the reworded edit is not of the steps {wanted}: {text[:200]!r}")
    return steps
