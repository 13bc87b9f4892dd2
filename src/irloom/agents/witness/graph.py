"""The Witness's machine: gather_evidence ─ write_captions; without evidence the flow goes on at once."""

from typing import Any

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.context import Leave
from irloom.agents.witness import nodes
from irloom.agents.witness.state import WitnessContext, WitnessState


def add_witness_agent(graph: StateGraph[Any, Any, Any, Any], leave: Leave, exits: list[str]) -> None:
    """Add the agent to a flow: it begins at `gather_evidence`, and `leave` chooses among `exits`."""

    async def after_evidence(state: WitnessState, runtime: Runtime[WitnessContext]) -> str | list[Send]:
        """Write where there is something to write from."""
        return "write_captions" if "evidence" in state else await leave(state, runtime)

    graph.add_node(nodes.gather_evidence)
    graph.add_node(nodes.write_captions)
    graph.add_conditional_edges("gather_evidence", after_evidence, ["write_captions", *exits])
    graph.add_conditional_edges("write_captions", leave, exits)
