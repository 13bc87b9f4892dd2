"""The ImgCoder flow: one scientific problem from its text to a figure, its marks and its rows.

coder ─── mark ─┬─ judge ──────────┐
                └─ adapt ─ quizzes ┴─ rows
"""

from langgraph.graph import END, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from irloom.agents.coder.graph import add_coder
from irloom.agents.figure_fields import FigureContext
from irloom.agents.marker.graph import add_marker
from irloom.agents.quizzer.graph import build_quizzer_graph
from irloom.figures import Problem
from irloom.flows import ImgcoderConfig
from irloom.pipelines.imgcoder.rows import build_figure_result
from irloom.pipelines.imgcoder.state import FigureState, Given
from irloom.pipelines.provenance import Provenance
from irloom.prompts import Prompts
from irloom.protocols import FigureCalls
from irloom.records import SampleResult

FigureGraph = CompiledStateGraph[FigureState, FigureContext, Given, FigureState]


async def after_settle(state: FigureState, runtime: Runtime[FigureContext]) -> list[str] | str:
    """Mark what was drawn, as far as the run wants it and a model can see."""
    if "fault" in state or state.get("draft") is None:
        return END
    return _marks(state, runtime, ["judge", "adapt", "quizzes"]) or END


async def after_adapt(state: FigureState, runtime: Runtime[FigureContext]) -> list[str] | str:
    """Quizzes come last, because the open question among them may be the adapted problem."""
    return _marks(state, runtime, ["quizzes"]) or END


def _marks(state: FigureState, runtime: Runtime[FigureContext], wanted: list[str]) -> list[str]:
    config = runtime.context.config
    on = {"judge": config.judging, "adapt": config.adapting, "quizzes": config.quizzing}
    if "adapt" in wanted and on["adapt"]:
        wanted = [name for name in wanted if name != "quizzes"]
    return [name for name in wanted if on[name]]


def build_figure_graph() -> StateGraph[FigureState, FigureContext, Given, FigureState]:
    """Wire the agents; the caller compiles."""
    graph = StateGraph(FigureState, FigureContext, input_schema=Given)
    add_coder(graph)
    add_marker(graph)
    graph.add_node("quizzes", build_quizzer_graph().compile())
    graph.add_conditional_edges("settle", after_settle, ["judge", "adapt", "quizzes", END])
    graph.add_edge("judge", END)
    graph.add_conditional_edges("adapt", after_adapt, ["quizzes", END])
    graph.add_edge("quizzes", END)
    return graph


class FigureFlow:
    """The compiled flow with everything that is the same for all problems."""

    def __init__(self, config: ImgcoderConfig, prompts: Prompts, provenance: Provenance) -> None:
        self._config = config
        self._prompts = prompts
        self._provenance = provenance
        self._graph = build_figure_graph().compile()

    async def __call__(
        self, problem: Problem, attempt: int, rules: tuple[str, ...], version: int, calls: FigureCalls
    ) -> SampleResult:
        """Take one problem to its rows; errors of the problem are in the result."""
        state: FigureState = {"problem": problem}
        if problem.fault is None:
            context = FigureContext(calls, self._prompts, self._config)
            output = await self._graph.ainvoke(Given(problem=problem), context=context, version="v2")
            state = output.value
        provenance = self._provenance.of(problem.id, attempt, version)
        return build_figure_result(problem, state, self._config, provenance)
