"""What every node may use: the sample, its chat model, its flow's actions, the prompts and the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from irloom.prompts import Prompts
from irloom.protocols import Asking, Place
from irloom.records import Box, BoxNumbers
from irloom.scene.layout import is_visible

if TYPE_CHECKING:
    from langgraph.runtime import Runtime
    from langgraph.types import Send

SampleT_co = TypeVar("SampleT_co", covariant=True)
ActionsT_co = TypeVar("ActionsT_co", covariant=True)
ConfigT_co = TypeVar("ConfigT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Context(Generic[SampleT_co, ActionsT_co, ConfigT_co]):
    """The context of a graph run; one for each sample.

    An agent names what it needs of the last two as Protocols, so that it works in any flow that has it.
    """

    sample: SampleT_co
    calls: Asking
    actions: ActionsT_co
    """What nodes may do beside asking."""
    prompts: Prompts
    config: ConfigT_co


class Leave(Protocol):
    """Where a flow goes on after an agent: a router over the flow's own state.

    All routers are `async`: LangGraph sends a plain function through a thread, which costs more than a node.
    """

    async def __call__(self, state: Any, runtime: "Runtime[Any]") -> "str | list[Send]":
        """Name the next node, or send several samples of it on their way."""
        ...


def here(agent: str, stage: str, *, node: str | None = None, **where: Any) -> Place:
    """The place of a call that the running node makes; `where` names caption, task, round and so on.

    `node` is for calls whose journal key has another name than the node.
    """
    if node is None:
        from langgraph.config import get_config  # readers, which run no node, need not wait for it

        node = get_config()["metadata"]["langgraph_node"]
    return Place(agent, node, stage, **where)


def list_lines(items: Sequence[str], mark: str = "- ") -> str:
    """Items as the prompts want them: one a line, or `none`."""
    return "\n".join(f"{mark}{item}" for item in items) or "none"


def list_boxes(boxes: tuple[Box, ...], numbers: BoxNumbers = "fractions") -> str:
    """Boxes as the prompts want them: `label: [x1, y1, x2, y2]`, one a line.

    As fractions with three decimals all are there; in whole per cent those under a thousandth of the image,
    which nobody can make out, are left out.
    """
    write = _as_fractions if numbers == "fractions" else _as_percent
    told = [box for box in boxes if numbers == "fractions" or is_visible(box)]
    return list_lines([f"{_name(box)}: [{', '.join(write(box))}]" for box in told], mark="")


def _name(box: Box) -> str:
    return f"{box.label} (group)" if box.crowd else box.label


def _as_fractions(box: Box) -> tuple[str, ...]:
    return tuple(f"{edge:.3f}" for edge in (box.x1, box.y1, box.x2, box.y2))


def _as_percent(box: Box) -> tuple[str, ...]:
    return tuple(str(round(100 * edge)) for edge in (box.x1, box.y1, box.x2, box.y2))
