"""The Debate Agent's machine.

judge ─── mine_rule (if it rejects, and mining is on)
"""

from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from irloom.agents.context import Context
from irloom.agents.debate import nodes
from irloom.agents.debate.state import DebateContext, DebateState, Given, Made
from irloom.records import Verdict


def add_debate_agent(graph: StateGraph[Any, Any, Any, Any], then: str) -> None:
    """Add the agent to a flow: it begins at `judge` and goes on at `then`."""

    async def after_judge(state: DebateState, runtime: Runtime[DebateContext]) -> str:
        """Only a rejection teaches a rule."""
        judged = state["judged"]
        rejected = isinstance(judged, Verdict) and judged.verdict == "reject"
        return "mine_rule" if rejected and runtime.context.config.mining else then

    graph.add_node(nodes.judge)
    graph.add_node(nodes.mine_rule)
    graph.add_conditional_edges("judge", after_judge, ["mine_rule", then])
    graph.add_edge("mine_rule", then)


def build_debate_graph() -> StateGraph[DebateState, Any, Given, Made]:
    """The agent by itself; the caller compiles."""
    graph: StateGraph[DebateState, Any, Given, Made] = StateGraph(
        DebateState, Context, input_schema=Given, output_schema=Made
    )
    graph.add_edge(START, "judge")
    add_debate_agent(graph, END)
    return graph
