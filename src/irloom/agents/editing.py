"""What every node of the CIR flow may use: the seed's calls, the prompts and the run's settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from irloom.agents.context import list_lines
from irloom.edits import Step
from irloom.flows import CirConfig
from irloom.ports import EditCalls
from irloom.prompts import Prompts
from irloom.records import Box, Sample

STEP_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "subcategory": {"type": "string"},
        "instruction": {"type": "string"},
        "object": {"type": ["integer", "null"]},
        "what": {"type": "string"},
        "value": {"type": "string"},
        "region": {"type": ["array", "null"], "items": {"type": "number"}},
    },
    "required": ["subcategory", "instruction", "object", "what", "value", "region"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class EditContext:
    """The context of a graph run; one for each seed image."""

    calls: EditCalls
    prompts: Prompts
    config: CirConfig
    sample: Sample


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
