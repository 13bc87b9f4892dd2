"""The Marker's machine.

    judge ─── adapt

Either is left out by a switch.
"""

from typing import Any

from langgraph.graph import END, START, StateGraph

from irloom.agents.context import Context
from irloom.agents.marker import nodes
from irloom.agents.marker.state import Given, Made, MarkerState


def add_marker(graph: StateGraph[Any, Any, Any, Any]) -> None:
    """Add the agent's nodes to a flow, which decides which of them it uses."""
    graph.add_node(nodes.judge)
    graph.add_node(nodes.adapt)


def build_marker_graph() -> StateGraph[MarkerState, Any, Given, Made]:
    """The agent by itself; the caller compiles."""
    graph: StateGraph[MarkerState, Any, Given, Made] = StateGraph(
        MarkerState, Context, input_schema=Given, output_schema=Made
    )
    add_marker(graph)
    graph.add_edge(START, "judge")
    graph.add_edge("judge", "adapt")
    graph.add_edge("adapt", END)
    return graph
