"""The Captioner's machine: describe ─ split."""

from typing import Any, Literal

from langgraph.graph import END, START, StateGraph

from irloom.agents.captioner import nodes
from irloom.agents.captioner.state import CaptionerState, Given, Made
from irloom.agents.context import Context


async def after_describe(state: CaptionerState) -> Literal["split", "__end__"]:
    """There is something to cut where the captioner answered."""
    return "split" if "said" in state else "__end__"


def build_captioner_graph() -> StateGraph[CaptionerState, Any, Given, Made]:
    """Wire the agent; the caller compiles."""
    graph: StateGraph[CaptionerState, Any, Given, Made] = StateGraph(
        CaptionerState, Context, input_schema=Given, output_schema=Made
    )
    graph.add_node(nodes.describe)
    graph.add_node(nodes.split)
    graph.add_edge(START, "describe")
    graph.add_conditional_edges("describe", after_describe)
    graph.add_edge("split", END)
    return graph
