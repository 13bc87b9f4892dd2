"""The ImgCoder flow: one scientific problem from its text to a figure, its marks and its rows.

coder ─── mark ─┬─ judge ──────────┐
                └─ adapt ─ quizzes ┴─ rows
"""

from typing import Any

from langgraph.graph import END, StateGraph
from langgraph.runtime import Runtime

from irloom.agents.coder.graph import add_coder
from irloom.agents.context import Context
from irloom.agents.marker.graph import add_marker
from irloom.agents.quizzer.graph import build_quizzer_graph
from irloom.figures import Problem
from irloom.pipelines.imgcoder.actions import FigureActions
from irloom.pipelines.imgcoder.config import ImgcoderConfig
from irloom.pipelines.imgcoder.state import FigureState, Given

ImgcoderContext = Context[Problem, FigureActions, ImgcoderConfig]


async def after_settle(state: FigureState, runtime: Runtime[ImgcoderContext]) -> list[str] | str:
    """Mark what was drawn, as far as the run wants it and a model can see."""
    if "fault" in state or state.get("draft") is None:
        return END
    return _marks(state, runtime, ["judge", "adapt", "quizzes"]) or END


async def after_adapt(state: FigureState, runtime: Runtime[ImgcoderContext]) -> list[str] | str:
    """Quizzes come last, because the open question among them may be the adapted problem."""
    return _marks(state, runtime, ["quizzes"]) or END


def _marks(state: FigureState, runtime: Runtime[ImgcoderContext], wanted: list[str]) -> list[str]:
    config = runtime.context.config
    on = {"judge": config.judging, "adapt": config.adapting, "quizzes": config.quizzing}
    if "adapt" in wanted and on["adapt"]:
        wanted = [name for name in wanted if name != "quizzes"]
    return [name for name in wanted if on[name]]


def build_figure_graph() -> StateGraph[FigureState, Any, Given, FigureState]:
    """Wire the agents; the caller compiles."""
    graph: StateGraph[FigureState, Any, Given, FigureState] = StateGraph(
        FigureState, Context, input_schema=Given
    )
    add_coder(graph)
    add_marker(graph)
    graph.add_node("quizzes", build_quizzer_graph().compile())
    graph.add_conditional_edges("settle", after_settle, ["judge", "adapt", "quizzes", END])
    graph.add_edge("judge", END)
    graph.add_conditional_edges("adapt", after_adapt, ["quizzes", END])
    graph.add_edge("quizzes", END)
    return graph
