"""One edit of one seed: made, verified, worded anew where it was rejected, and phrased as a query.

edit ─ check_figures ─ verify_change ─ verify_rest ─ conclude ─┬─ phrase ─ finish
  ▲           └─ (an objection) ──────────────────────▶│       ├─ finish (out of rounds, or a fault)
  └──────────────────────── revise ◄───────────────────┴───────┘
"""

from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from irloom.agents.context import Context
from irloom.agents.editor import nodes as editor
from irloom.agents.phraser import nodes as phraser
from irloom.agents.verifier import nodes as verifier
from irloom.edits import Declined, EditedImage, EditResult, EditVerdict, Proposal, QueryForm, Try
from irloom.pipelines.cir.actions import EditActions
from irloom.pipelines.cir.config import CirConfig
from irloom.records import Fault, Outcome, Sample

EditedContext = Context[Sample, EditActions, CirConfig]


class Given(TypedDict):
    """What the loop gets."""

    image: str
    proposal: Proposal
    taken: tuple[str, ...]
    round: int


class EditedState(Given, total=False):
    """Everything the loop may hold."""

    made: EditedImage | Declined | Fault
    verdicts: tuple[EditVerdict, ...]
    tries: tuple[Try, ...]
    query: str
    form: QueryForm
    given_up: str
    fault: Fault
    results: list[EditResult]


class Made(TypedDict, total=False):
    """What the loop returns; the flow adds up the lists of its edits."""

    results: list[EditResult]


async def conclude(state: EditedState) -> dict[str, object]:
    """Note the round with what was said of it."""
    made = state["made"]
    this = Try(
        round=state["round"],
        steps=state["proposal"].steps,
        image=made if isinstance(made, EditedImage) else None,
        verdicts=state["verdicts"],
    )
    return {"tries": (*state.get("tries", ()), this)}


async def finish(state: EditedState, runtime: Runtime[EditedContext]) -> dict[str, object]:
    """End the edit."""
    fault = state.get("fault")
    result = EditResult(
        proposal=state["proposal"],
        outcome=_decide(state, runtime.context.config.judging),
        tries=state.get("tries", ()),
        query=state.get("query"),
        form=state.get("form"),
        given_up=state.get("given_up"),
        faults=(fault,) if fault is not None else (),
    )
    return {"results": [result]}


def _decide(state: EditedState, judged: bool) -> Outcome:
    """Failed by a fault; rejected where the last round met an objection; unjudged without a judge."""
    if "fault" in state:
        return "failed"
    if state["tries"][-1].objection is not None:
        return "rejected"
    return "accepted" if judged else "unjudged"


async def after_edit(state: EditedState) -> Literal["check_figures", "finish"]:
    """Look at what was made."""
    return "finish" if "fault" in state else "check_figures"


async def after_figures(
    state: EditedState, runtime: Runtime[EditedContext]
) -> Literal["verify_change", "conclude"]:
    """Ask a judge, unless the figures decide or nobody can see."""
    return "verify_change" if _passes(state) and runtime.context.config.judging else "conclude"


async def after_change(state: EditedState) -> Literal["verify_rest", "conclude", "finish"]:
    """Ask after the rest only of what was carried out."""
    if "fault" in state:
        return "finish"
    return "verify_rest" if _passes(state) else "conclude"


async def after_rest(state: EditedState) -> Literal["conclude", "finish"]:
    """Note what was said, unless nothing was."""
    return "finish" if "fault" in state else "conclude"


async def after_conclude(
    state: EditedState, runtime: Runtime[EditedContext]
) -> Literal["phrase", "revise", "finish"]:
    """Phrase what passed; try again while rounds are left."""
    if _passes(state):
        return "phrase"
    return "revise" if state["round"] < runtime.context.config.max_rounds else "finish"


async def after_revise(state: EditedState) -> Literal["edit", "finish"]:
    """Edit as it is worded now, if it is."""
    return "finish" if "fault" in state or "given_up" in state else "edit"


def _passes(state: EditedState) -> bool:
    return all(verdict.passed for verdict in state["verdicts"])


def build_edited_graph() -> StateGraph[EditedState, Any, Given, Made]:
    """Wire the three agents; the caller compiles."""
    graph: StateGraph[EditedState, Any, Given, Made] = StateGraph(
        EditedState, Context, input_schema=Given, output_schema=Made
    )
    graph.add_node(editor.edit)
    graph.add_node(editor.revise)
    graph.add_node(verifier.check_figures)
    graph.add_node(verifier.verify_change)
    graph.add_node(verifier.verify_rest)
    graph.add_node(phraser.phrase)
    graph.add_node(conclude)
    graph.add_node(finish)
    graph.add_edge(START, "edit")
    graph.add_conditional_edges("edit", after_edit)
    graph.add_conditional_edges("check_figures", after_figures)
    graph.add_conditional_edges("verify_change", after_change)
    graph.add_conditional_edges("verify_rest", after_rest)
    graph.add_conditional_edges("conclude", after_conclude)
    graph.add_conditional_edges("revise", after_revise)
    graph.add_edge("phrase", "finish")
    graph.add_edge("finish", END)
    return graph
