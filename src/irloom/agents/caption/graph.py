"""The Caption Agent's graph.

translate ─┬─ filter_caption (one for each caption) ─┬─ score ─ select
           ├─ filter_all ─ repair (once) ────────────┤
           └─ keep_originals ────────────────────────┘
"""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.caption import nodes
from irloom.agents.caption.state import CaptionState, Given, Made
from irloom.agents.context import Context

Filter = Literal["filter_caption", "filter_all", "keep_originals", "__end__"]


def after_translate(state: CaptionState, runtime: Runtime[Context]) -> list[Send] | Filter:
    """Filter each caption by itself, or all at once, or not at all; stop where there is no image."""
    config = runtime.context.config
    if "infrared" not in state:
        return "__end__"
    if not config.filtering:
        return "keep_originals"
    if config.one_request:
        return "filter_all"
    return [
        Send("filter_caption", {"caption": index, "text": text, "rules": state["rules"]})
        for index, text in enumerate(state["sample"].captions)
    ]


def after_filter_all(
    state: CaptionState, runtime: Runtime[Context]
) -> Literal["repair", "score", "select", "__end__"]:
    """A reply in the wrong form is asked for once more."""
    return "repair" if "unreadable" in state else after_filter(state, runtime)


def after_filter(state: CaptionState, runtime: Runtime[Context]) -> Literal["score", "select", "__end__"]:
    """Score what was filtered, unless that is switched off or nothing was."""
    if not state.get("filtered"):
        return "__end__"
    return "score" if runtime.context.config.scoring else "select"


def build_caption_graph() -> StateGraph[CaptionState, Context, Given, Made]:
    """Wire the nodes; the caller compiles."""
    graph = StateGraph(CaptionState, Context, input_schema=Given, output_schema=Made)
    graph.add_node(nodes.translate)
    graph.add_node(nodes.filter_caption)
    graph.add_node(nodes.filter_all)
    graph.add_node(nodes.repair)
    graph.add_node(nodes.keep_originals)
    graph.add_node(nodes.score)
    graph.add_node(nodes.select)
    graph.add_edge(START, "translate")
    graph.add_conditional_edges("translate", after_translate)
    graph.add_conditional_edges("filter_all", after_filter_all)
    for node in ("filter_caption", "repair", "keep_originals"):
        graph.add_conditional_edges(node, after_filter)
    graph.add_edge("score", "select")
    graph.add_edge("select", END)
    return graph
