"""The Caption Agent's machine.

translate ─ sort_captions ─┬─ filter_caption (one for each caption that needs it) ─┬─ ask_again ─ select
                           ├─ filter_all ─ repair_all (once) ──────────────────────┘              │
                           └─ (where nothing needs it) ───────────────────────────────────────────┘
"""

from collections.abc import Sequence
from typing import Any, Literal

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.caption import nodes
from irloom.agents.caption.selecting import select
from irloom.agents.caption.state import CaptionContext, CaptionState, list_waiting
from irloom.agents.context import Leave

ENTRIES = ("sort_captions", "select")


async def after_translate(state: CaptionState, runtime: Runtime[CaptionContext]) -> str:
    """Stop where there is no image."""
    return "sort_captions" if "infrared" in state else "select"


async def after_sort(state: CaptionState, runtime: Runtime[CaptionContext]) -> str | list[Send]:
    """Filter each caption by itself, or all at once, or none."""
    waiting = list_waiting(state)
    if not waiting:
        return "select"
    if runtime.context.config.one_request:
        return "filter_all"
    captions = state["sample"].captions
    return [
        Send("filter_caption", {"caption": index, "text": captions[index], "rules": state["rules"]})
        for index in waiting
    ]


async def after_filter_all(state: CaptionState) -> Literal["repair_all", "ask_again"]:
    """A reply in the wrong form is asked for once more."""
    return "repair_all" if "unreadable" in state else "ask_again"


def add_caption_agent(
    graph: StateGraph[Any, Any, Any, Any],
    leave: Leave,
    exits: list[str],
    enter: Leave | None = None,
    entries: Sequence[str] = ENTRIES,
) -> None:
    """Add the agent to a flow: it begins at `translate`, and `leave` chooses among `exits`.

    `enter` chooses among `entries` what stands between the infrared image and the captions.
    """
    graph.add_node(nodes.translate)
    graph.add_node(nodes.sort_captions)
    graph.add_node(nodes.filter_caption)
    graph.add_node(nodes.filter_all)
    graph.add_node(nodes.repair_all)
    graph.add_node(nodes.ask_again)
    graph.add_node(select)
    graph.add_conditional_edges("translate", enter or after_translate, list(entries))
    graph.add_conditional_edges("sort_captions", after_sort, ["filter_caption", "filter_all", "select"])
    graph.add_conditional_edges("filter_all", after_filter_all)
    for node in ("filter_caption", "repair_all"):
        graph.add_edge(node, "ask_again")
    graph.add_edge("ask_again", "select")
    graph.add_conditional_edges("select", leave, exits)
