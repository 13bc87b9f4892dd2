"""The Panel's machine: judge (each)."""

from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from irloom.agents.context import Context
from irloom.agents.panel.nodes import judge
from irloom.agents.panel.state import Given, Made, PanelState, Seat


async def begin(state: PanelState) -> list[Send] | str:
    """Ask all judges side by side."""
    sends: list[Any] = [
        Send("judge", Seat(writing=state["writing"], judge=name, number=number))
        for number, name in enumerate(state["judges"])
    ]
    return sends or END


def build_panel_graph() -> StateGraph[PanelState, Any, Given, Made]:
    """Wire the agent; the caller compiles."""
    graph: StateGraph[PanelState, Any, Given, Made] = StateGraph(
        PanelState, Context, input_schema=Given, output_schema=Made
    )
    graph.add_node("judge", judge, input_schema=Seat)
    graph.add_conditional_edges(START, begin, ["judge", END])
    graph.add_edge("judge", END)
    return graph
