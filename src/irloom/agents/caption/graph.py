"""The Caption Agent's machine.

translate ─┬─ filter_caption (one for each caption) ─┬─ select
           ├─ filter_all ─ repair_all (once) ────────┤
           └─ keep_originals ────────────────────────┘
"""

from typing import Any, Literal

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.caption import nodes
from irloom.agents.caption.state import CaptionContext, CaptionState
from irloom.agents.context import Leave


async def after_translate(state: CaptionState, runtime: Runtime[CaptionContext]) -> str | list[Send]:
    """Filter each caption by itself, or all at once, or not at all; stop where there is no image."""
    config = runtime.context.config
    if "infrared" not in state:
        return "select"
    if not config.filtering:
        return "keep_originals"
    if config.one_request:
        return "filter_all"
    return [
        Send("filter_caption", {"caption": index, "text": text, "rules": state["rules"]})
        for index, text in enumerate(state["sample"].captions)
    ]


async def after_filter_all(state: CaptionState) -> Literal["repair_all", "select"]:
    """A reply in the wrong form is asked for once more."""
    return "repair_all" if "unreadable" in state else "select"


def add_caption_agent(graph: StateGraph[Any, Any, Any, Any], leave: Leave, exits: list[str]) -> None:
    """Add the agent to a flow: it begins at `translate`, and `leave` chooses among `exits`."""
    graph.add_node(nodes.translate)
    graph.add_node(nodes.filter_caption)
    graph.add_node(nodes.filter_all)
    graph.add_node(nodes.repair_all)
    graph.add_node(nodes.keep_originals)
    graph.add_node(nodes.select)
    filters = ["filter_caption", "filter_all", "keep_originals", "select"]
    graph.add_conditional_edges("translate", after_translate, filters)
    graph.add_conditional_edges("filter_all", after_filter_all)
    for node in ("filter_caption", "repair_all", "keep_originals"):
        graph.add_edge(node, "select")
    graph.add_conditional_edges("select", leave, exits)
