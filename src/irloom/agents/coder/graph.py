"""The Coder's machine.

understand ─ plan ─ write_code ─ draw ─┬─ settle (it draws well, or no repairs are left)
                        ▲              │
                        └── faults ────┘

With `one_call` it is `sketch ⇄ draw`. A reply in the wrong form is asked for once more (`restate_…`).
"""

from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from irloom.agents.coder import nodes
from irloom.agents.coder.state import CoderState, Given, Made
from irloom.agents.context import Context
from irloom.agents.figure_fields import FigureContext
from irloom.protocols import Unreadable


async def begin(state: Given, runtime: Runtime[FigureContext]) -> Literal["understand", "sketch"]:
    """Step by step, or all in one request."""
    return "sketch" if runtime.context.config.one_call else "understand"


async def after_understand(state: CoderState) -> Literal["restate_understanding", "plan", "settle"]:
    """Plan what was understood."""
    if "fault" in state:
        return "settle"
    return "restate_understanding" if isinstance(state["understanding"], Unreadable) else "plan"


async def after_plan(state: CoderState) -> Literal["restate_plan", "write_code", "settle"]:
    """Write what was planned."""
    if "fault" in state:
        return "settle"
    return "restate_plan" if isinstance(state["plan"], Unreadable) else "write_code"


async def after_code(state: CoderState) -> Literal["draw", "settle"]:
    """Draw, unless the endpoint failed."""
    return "settle" if "fault" in state else "draw"


async def after_draw(
    state: CoderState, runtime: Runtime[FigureContext]
) -> Literal["write_code", "sketch", "settle"]:
    """Mend what is wrong, as long as repairs are left; a blind retry only where nothing was drawn."""
    config, drafts = runtime.context.config, state.get("drafts", ())
    if "fault" in state or len(drafts) > config.max_repairs:
        return "settle"
    last = drafts[-1]
    if last.failure is not None and last.failure.reason == "unsupported":
        return "settle"
    if config.one_call:
        return "sketch" if last.picture is None else "settle"
    return "write_code" if last.failure is not None or last.faults else "settle"


def add_coder(graph: StateGraph[Any, Any, Any, Any]) -> None:
    """Add the agent to a flow: it begins with `begin` at the flow's start, and ends with `settle`."""
    graph.add_node(nodes.understand)
    graph.add_node(nodes.restate_understanding)
    graph.add_node(nodes.plan)
    graph.add_node(nodes.restate_plan)
    graph.add_node(nodes.write_code)
    graph.add_node(nodes.sketch)
    graph.add_node(nodes.draw)
    graph.add_node(nodes.settle)
    graph.add_conditional_edges(START, begin)
    graph.add_conditional_edges("understand", after_understand)
    graph.add_conditional_edges("restate_understanding", after_understand)
    graph.add_conditional_edges("plan", after_plan)
    graph.add_conditional_edges("restate_plan", after_plan)
    graph.add_conditional_edges("write_code", after_code)
    graph.add_conditional_edges("sketch", after_code)
    graph.add_conditional_edges("draw", after_draw)


def build_coder_graph() -> StateGraph[CoderState, Any, Given, Made]:
    """The agent by itself; the caller compiles."""
    graph: StateGraph[CoderState, Any, Given, Made] = StateGraph(
        CoderState, Context, input_schema=Given, output_schema=Made
    )
    add_coder(graph)
    graph.add_edge("settle", END)
    return graph
