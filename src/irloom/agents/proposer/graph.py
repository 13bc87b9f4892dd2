"""The Proposer's machine: one family of edits.

propose ─┬─ done
         └─ restate (the reply was not in the form asked for)
"""

from typing import Any, Literal

from langgraph.graph import END, START, StateGraph

from irloom.agents.context import Context
from irloom.agents.proposer import nodes
from irloom.agents.proposer.state import Given, Made, ProposerState


async def after_propose(state: ProposerState) -> Literal["restate", "__end__"]:
    """Ask once more where nothing could be read."""
    return "restate" if "read" in state else "__end__"


def build_proposer_graph() -> StateGraph[ProposerState, Any, Given, Made]:
    """Wire the agent; the caller compiles."""
    graph: StateGraph[ProposerState, Any, Given, Made] = StateGraph(
        ProposerState, Context, input_schema=Given, output_schema=Made
    )
    graph.add_node(nodes.propose)
    graph.add_node(nodes.restate)
    graph.add_edge(START, "propose")
    graph.add_conditional_edges("propose", after_propose)
    graph.add_edge("restate", END)
    return graph
