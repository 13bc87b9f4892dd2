"""Reads a reworded edit."""

from irloom.agents.edit_steps import STEP_SCHEMA, read_steps
from irloom.agents.replies import find_json, read_text
from irloom.edits import Proposal
from irloom.protocols import ReplySchema, ReplyText, Unreadable

REVISION = ReplySchema(
    "revision",
    {
        "type": "object",
        "properties": {
            "point": {"type": "string", "maxLength": 400},
            "steps": {"type": "array", "items": STEP_SCHEMA, "maxItems": 6},
        },
        "required": ["point", "steps"],
        "additionalProperties": False,
    },
)
FORM = (
    '{"point": "…", "steps": [{"subcategory": "…", "instruction": "…", "object": 1, "what": "…", '
    '"value": "…", "region": null}]}'
)


def read_revision(reply: ReplyText, before: Proposal, objects: int) -> Proposal | Unreadable:
    """The edit as it is worded now, of as many steps of the same kinds as before.

    The first step of a complex edit stays as it was, since its siblings share it. ModelReplyError for a
    reply that was cut, refused or is empty.
    """
    text = read_text(reply)
    found = find_json(text) or {}
    steps = read_steps(found.get("steps"), objects, None)
    kinds = [step.subcategory for step in before.steps]
    if [step.subcategory for step in steps] != kinds:
        return Unreadable(text, f"the reworded edit is not of the steps {', '.join(kinds)}")
    if len(steps) > 1:
        steps = (before.steps[0], *steps[1:])
    point = str(found.get("point") or "").strip() or steps[-1].value or steps[-1].instruction
    return before.model_copy(update={"steps": steps, "point": point})
