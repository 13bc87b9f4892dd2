"""The Task Agent's graph.

write ─── repair (once, if the reply is in the wrong form)
"""

from typing import Literal

from langgraph.graph import END, START, StateGraph

from irloom.agents.context import Context
from irloom.agents.task import nodes
from irloom.agents.task.state import Given, Made, TaskState
from irloom.ports import Unreadable


def after_write(state: TaskState) -> Literal["repair", "__end__"]:
    """A reply in the wrong form is asked for once more."""
    return "repair" if isinstance(state["written"], Unreadable) else "__end__"


def build_task_graph() -> StateGraph[TaskState, Context, Given, Made]:
    """Wire the nodes; the caller compiles."""
    graph = StateGraph(TaskState, Context, input_schema=Given, output_schema=Made)
    graph.add_node(nodes.write)
    graph.add_node(nodes.repair)
    graph.add_edge(START, "write")
    graph.add_conditional_edges("write", after_write)
    graph.add_edge("repair", END)
    return graph
