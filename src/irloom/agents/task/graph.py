"""The Task Agent's machine.

    write ─── repair (once, if the reply is in the wrong form)

It is spliced into a flow rather than nested: a nested graph costs as much as three nodes (measured).
"""

from typing import Any

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.context import Leave
from irloom.agents.task import nodes
from irloom.agents.task.state import TaskContext, TaskState
from irloom.protocols import Unreadable


def add_task_agent(graph: StateGraph[Any, Any, Any, Any], leave: Leave, exits: list[str]) -> None:
    """Add the agent to a flow: it begins at `write`, and `leave` chooses among `exits`."""

    async def after_write(state: TaskState, runtime: Runtime[TaskContext]) -> str | list[Send]:
        """A reply in the wrong form is asked for once more."""
        return "repair" if isinstance(state["instruction"], Unreadable) else await leave(state, runtime)

    graph.add_node(nodes.write)
    graph.add_node(nodes.repair)
    graph.add_conditional_edges("write", after_write, ["repair", *exits])
    graph.add_conditional_edges("repair", leave, exits)
