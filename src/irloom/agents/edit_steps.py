"""What the agents that edit share: what they need of a flow, and steps as prompts and replies hold them."""

from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import ValidationError

from irloom.agents.context import Context, list_lines
from irloom.edits import (
    Brought,
    Declined,
    EditedImage,
    PreservationLimits,
    QueryForm,
    Region,
    Step,
    Subcategory,
    name_subcategory,
)
from irloom.options import ChatOptions
from irloom.records import Box, Fault, Sample

STEP_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "subcategory": {"type": "string"},
        "instruction": {"type": "string", "maxLength": 600},
        "object": {"type": ["integer", "null"]},
        "what": {"type": "string"},
        "value": {"type": "string"},
        "region": {"type": ["array", "null"], "items": {"type": "number"}},
    },
    "required": ["subcategory", "instruction", "object", "what", "value", "region"],
    "additionalProperties": False,
}


class EditActions(Protocol):
    """What these agents may do beside asking."""

    async def bring(self) -> Brought | Fault:
        """Copy the seed image into the run directory."""
        ...

    async def edit(
        self, task: str, round: int, image: str, steps: tuple[Step, ...]
    ) -> EditedImage | Declined | Fault:
        """Change an image of the run directory, keep the result, and measure what changed."""
        ...


class EditSettings(Protocol):
    """What of a configuration they go by."""

    seed: int
    temperature: float
    variants: int
    forms: tuple[QueryForm, ...]
    limits: PreservationLimits

    def chat_for(self, seat: str) -> ChatOptions:
        """The chat model's options for one agent: the embedded one sees no picture."""
        ...


EditContext = Context[Sample, EditActions, EditSettings]


def list_objects(boxes: Sequence[Box]) -> str:
    """Annotated objects as the prompts want them, each behind its number from 1."""
    return list_lines([_describe_object(number, box) for number, box in enumerate(boxes, 1)], mark="")


def dump_step(step: Step) -> dict[str, Any]:
    """A step as the models are asked to write it."""
    return {
        "subcategory": step.subcategory,
        "instruction": step.instruction,
        "object": step.target,
        "what": step.what,
        "value": step.value,
        "region": list(step.region) if step.region else None,
    }


def _describe_object(number: int, box: Box) -> str:
    label = f"{box.label} (group)" if box.crowd else box.label
    return f"{number}. {label}: [{box.x1:.3f}, {box.y1:.3f}, {box.x2:.3f}, {box.y2:.3f}]"


def read_steps(found: Any, objects: int, kind: Subcategory | None) -> tuple[Step, ...]:
    """All steps, or none if one of them cannot be used; `kind` is what they must be, None for any.

    A target beyond the `objects` that are annotated is taken for none.
    """
    if not isinstance(found, list) or not found:
        return ()
    steps = [_read_step(one, objects, kind) for one in found]
    return tuple(step for step in steps if step is not None) if None not in steps else ()


def _read_step(found: Any, objects: int, kind: Subcategory | None) -> Step | None:
    if not isinstance(found, dict):
        return None
    subcategory = name_subcategory(str(found.get("subcategory") or kind or ""))
    if subcategory in (None, "complex") or (kind and subcategory != kind):
        return None
    number = found.get("object")
    target = number if isinstance(number, int) and not isinstance(number, bool) else None
    try:
        return Step.model_validate(
            {
                "subcategory": subcategory,
                "instruction": str(found.get("instruction") or "").strip(),
                "target": target if target is not None and 1 <= target <= objects else None,
                "what": str(found.get("what") or "").strip(),
                "value": str(found.get("value") or "").strip(),
                "region": _read_region(found.get("region")),
            }
        )
    except ValidationError:
        return None


def _read_region(found: Any) -> Region | None:
    """A region inside the image, or None for what is none."""
    if not isinstance(found, list) or len(found) != 4:
        return None
    if not all(isinstance(side, int | float) and 0 <= side <= 1 for side in found):
        return None
    x1, y1, x2, y2 = map(float, found)
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None
