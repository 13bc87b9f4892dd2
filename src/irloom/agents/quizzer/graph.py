"""The Quizzer's machine.

write_quizzes ─ try_blind (each) ─ drop_known ─┐
take_quizzes (the problem brings some) ────────┴─ answer (each)

solve ─ grade (the problem itself, where its answer is known)
"""

from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from irloom.agents.context import Context
from irloom.agents.figure_fields import open_question
from irloom.agents.quizzer import nodes
from irloom.agents.quizzer.state import Given, Made, QuizState, QuizzerState


async def begin(state: QuizzerState) -> list[str]:
    """Quizzes, and beside them the open question if there is one with a known answer."""
    first = "take_quizzes" if state["problem"].quizzes else "write_quizzes"
    solvable = state["problem"].answer and open_question(state["problem"], state.get("adaptation"))
    return [first, "solve"] if solvable else [first]


async def after_writing(state: QuizzerState) -> list[Send] | str:
    """Try every quiz without the figure."""
    return _send("try_blind", state, tuple(range(len(state["written"]))))


async def after_choice(state: QuizzerState) -> list[Send] | str:
    """Ask every quiz that is left."""
    return _send("answer", state, state["asked"])


async def after_solve(state: QuizzerState) -> Literal["grade", "__end__"]:
    """Grade what was answered."""
    return "grade" if "solution" in state else "__end__"


def build_quizzer_graph() -> StateGraph[QuizzerState, Any, Given, Made]:
    """Wire the agent; the caller compiles."""
    graph: StateGraph[QuizzerState, Any, Given, Made] = StateGraph(
        QuizzerState, Context, input_schema=Given, output_schema=Made
    )
    for node in (nodes.take_quizzes, nodes.write_quizzes, nodes.drop_known, nodes.solve, nodes.grade):
        graph.add_node(node)
    graph.add_node("try_blind", nodes.try_blind, input_schema=QuizState)
    graph.add_node("answer", nodes.answer, input_schema=QuizState)
    graph.add_conditional_edges(START, begin, ["take_quizzes", "write_quizzes", "solve"])
    graph.add_conditional_edges("write_quizzes", after_writing, ["try_blind", END])
    graph.add_edge("try_blind", "drop_known")
    graph.add_conditional_edges("drop_known", after_choice, ["answer", END])
    graph.add_conditional_edges("take_quizzes", after_choice, ["answer", END])
    graph.add_edge("answer", END)
    graph.add_conditional_edges("solve", after_solve)
    graph.add_edge("grade", END)
    return graph


def _send(node: str, state: QuizzerState, numbers: tuple[int, ...]) -> list[Send] | str:
    draft = state["draft"]
    assert draft is not None
    sends: list[Any] = [
        Send(node, QuizState(number=number, quiz=state["written"][number], draft=draft)) for number in numbers
    ]
    return sends or END
