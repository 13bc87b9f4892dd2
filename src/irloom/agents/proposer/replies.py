"""Reads the edits that a model proposes; what is not one of the family asked for is left out."""

from dataclasses import dataclass
from typing import Any

from irloom.agents.edit_steps import STEP_SCHEMA, read_steps
from irloom.agents.replies import find_json, read_text
from irloom.edits import Family, Point, Step, Subcategory
from irloom.protocols import ReplySchema, ReplyText, Unreadable

MEANINGS: dict[Subcategory, str] = {
    "color": "The colour of one object changes.",
    "material": "One object is made of another material.",
    "shape": "One object has another shape or proportions.",
    "texture": "The surface of one object gets another pattern or texture.",
    "addition": "Something that is not there is added.",
    "remove": "One object is gone, and what was behind it is seen.",
    "replace": "One object is replaced by another kind of thing.",
    "count": "There are more or fewer of one kind of object.",
    "spatial": "One object is somewhere else, or turned.",
    "action": "A person or an animal does something else, or looks different.",
    "viewpoint": "The same scene is seen from another place or angle.",
    "style": "The same scene as another kind of picture.",
    "time": "The same scene at another time of the day or the year.",
    "weather": "The same scene in other weather.",
}

PROPOSAL = ReplySchema(
    "proposal",
    {
        "type": "object",
        "properties": {
            "base": {"type": "string"},
            "reason": {"type": "string"},
            "edits": {
                "type": "array",
                "maxItems": 20,
                "items": {
                    "type": "object",
                    "properties": {
                        "point": {"type": "string", "maxLength": 400},
                        "steps": {"type": "array", "items": STEP_SCHEMA, "maxItems": 6},
                    },
                    "required": ["point", "steps"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["base", "reason", "edits"],
        "additionalProperties": False,
    },
)
FORM = (
    '{"base": "…", "reason": "", "edits": [{"point": "…", "steps": [{"subcategory": "…", "instruction": "…", '
    '"object": 1, "what": "…", "value": "…", "region": null}]}]}'
)
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class FamilyReader:
    """Reads one family of edits of one subcategory."""

    family: int
    subcategory: Subcategory
    count: int
    objects: int
    """How many annotated objects the seed has."""

    def __call__(self, reply: ReplyText) -> Family | Unreadable:
        """The family; ModelReplyError for a reply that was cut, refused or is empty."""
        text = read_text(reply)
        found = find_json(text)
        edits = found.get("edits") if found else None
        if found is None or not isinstance(edits, list):
            return Unreadable(text, "no JSON object with a list `edits` was found")
        points = self._choose([point for edit in edits if (point := self._read_point(edit)) is not None])
        if edits and not points:
            return Unreadable(text, f"none of the edits is {self._describe_wanted()}")
        base, reason = str(found.get("base") or ""), str(found.get("reason") or "")
        if not points and not reason.strip():
            reason = "the model proposed nothing and did not say why"
        return Family(
            family=self.family,
            subcategory=self.subcategory,
            base=base.strip(),
            points=points,
            reason="" if points else reason.strip(),
        )

    def _read_point(self, edit: Any) -> Point | None:
        if not isinstance(edit, dict):
            return None
        kind = None if self.subcategory == "complex" else self.subcategory
        steps = read_steps(edit.get("steps"), self.objects, kind)
        fits = len(steps) == 1 if kind else 2 <= len(steps) <= MOST_STEPS
        named = str(edit.get("point") or "").strip() or (steps[-1].value if steps else "")
        return Point(point=named, steps=steps) if fits else None

    def _choose(self, points: list[Point]) -> tuple[Point, ...]:
        """As many as were asked for, no two the same, and complex ones with the first one's base."""
        chosen: dict[tuple[Any, ...], Point] = {}
        for point in points:
            if self.subcategory != "complex" or _same(point.steps[0], points[0].steps[0]):
                chosen.setdefault(tuple(_identify(step) for step in point.steps), point)
        return tuple(chosen.values())[: self.count]

    def _describe_wanted(self) -> str:
        if self.subcategory == "complex":
            return f"one of two to {MOST_STEPS} steps, each with `subcategory` and `instruction`"
        return f"one step of the kind {self.subcategory!r} with an `instruction`"


def _identify(step: Step) -> tuple[Any, ...]:
    what = step.target or step.what.casefold()
    return step.subcategory, what, (step.value or step.instruction).casefold()


def _same(one: Step, other: Step) -> bool:
    return _identify(one) == _identify(other)
