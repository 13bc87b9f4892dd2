"""The Debate Agent's graph.

judge ─── mine_rule (if it rejects, and mining is on)
"""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from irloom.agents.context import Context
from irloom.agents.debate import nodes
from irloom.agents.debate.state import DebateState, Given, Made
from irloom.records import Verdict


def after_judge(state: DebateState, runtime: Runtime[Context]) -> Literal["mine_rule", "__end__"]:
    """Only a rejection teaches a rule."""
    judged = state["judged"]
    rejected = isinstance(judged, Verdict) and judged.verdict == "reject"
    return "mine_rule" if rejected and runtime.context.config.mining else "__end__"


def build_debate_graph() -> StateGraph[DebateState, Context, Given, Made]:
    """Wire the nodes; the caller compiles."""
    graph = StateGraph(DebateState, Context, input_schema=Given, output_schema=Made)
    graph.add_node(nodes.judge)
    graph.add_node(nodes.mine_rule)
    graph.add_edge(START, "judge")
    graph.add_conditional_edges("judge", after_judge)
    graph.add_edge("mine_rule", END)
    return graph
