"""The Debate Agent's machine.

judge ─── mine_rule (if it rejects, and mining is on)
"""

from typing import Any

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime

from irloom.agents.debate import nodes
from irloom.agents.debate.state import DebateContext, DebateState
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
