"""The Marker's machine.

    judge ─── adapt

Either is left out by a switch.
"""

from typing import Any

from langgraph.graph import StateGraph

from irloom.agents.marker import nodes


def add_marker(graph: StateGraph[Any, Any, Any, Any]) -> None:
    """Add the agent's nodes to a flow, which decides which of them it uses."""
    graph.add_node(nodes.judge)
    graph.add_node(nodes.adapt)
