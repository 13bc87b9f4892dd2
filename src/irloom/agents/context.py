"""What every node may use: the sample's calls, the prompts, the lexicon and the run's settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.flows import InfraredConfig
from irloom.lexicon import Lexicon
from irloom.prompts import Prompts
from irloom.protocols import Calls
from irloom.records import Box


@dataclass(frozen=True, slots=True)
class Context:
    """The context of a graph run; one for each sample."""

    calls: Calls
    prompts: Prompts
    lexicon: Lexicon
    config: InfraredConfig


class Leave(Protocol):
    """Where a flow goes on after an agent: a router over the flow's own state.

    All routers are `async`: LangGraph sends a plain function through a thread, which costs more than a node.
    """

    async def __call__(self, state: Any, runtime: Runtime[Context]) -> str | list[Send]:
        """Name the next node, or send several samples of it on their way."""
        ...


async def stop(state: object, runtime: Runtime[Context]) -> str:
    """Leave an agent that runs by itself."""
    return END


def list_lines(items: Sequence[str], mark: str = "- ") -> str:
    """Items as the prompts want them: one a line, or `none`."""
    return "\n".join(f"{mark}{item}" for item in items) or "none"


def list_boxes(boxes: tuple[Box, ...]) -> str:
    """Boxes as the prompts want them: `label: [x1, y1, x2, y2]` with three decimals, one a line."""
    return list_lines([_describe_box(box) for box in boxes], mark="")


def _describe_box(box: Box) -> str:
    label = f"{box.label} (group)" if box.crowd else box.label
    return f"{label}: [{box.x1:.3f}, {box.y1:.3f}, {box.x2:.3f}, {box.y2:.3f}]"
