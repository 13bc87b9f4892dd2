"""The Debate Agent's machine.

judge ─── mine_rule (if it rejects for what captions can be without, and mining is on)
"""

from typing import Any

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.context import Leave
from irloom.agents.debate import nodes
from irloom.agents.debate.state import DebateContext, DebateState
from irloom.records import Category, Verdict

TEACHING: frozenset[Category] = frozenset({"colour", "material", "text", "transparency", "lighting", "glass"})
"""What a caption filter can learn from: a guess, a contradiction or what has no category is the writer's own,
and no word that captions should be without."""


def add_debate_agent(
    graph: StateGraph[Any, Any, Any, Any], leave: Leave, exits: list[str], taught: str
) -> None:
    """Add the agent to a flow: it begins at `judge`, and `leave` chooses among `exits`.

    From a rule that was mined it goes on at `taught`.
    """

    async def after_judge(state: DebateState, runtime: Runtime[DebateContext]) -> str | list[Send]:
        """Only a rejection teaches a rule, and only for what can be taken out of a caption."""
        judged = state["judged"]
        teaches = isinstance(judged, Verdict) and judged.verdict == "reject" and judged.category in TEACHING
        mines = teaches and runtime.context.config.mining
        return "mine_rule" if mines else await leave(state, runtime)

    graph.add_node(nodes.judge)
    graph.add_node(nodes.mine_rule)
    graph.add_conditional_edges("judge", after_judge, ["mine_rule", *exits])
    graph.add_edge("mine_rule", taught)
