"""One task of one sample: the Task Agent writes, the Debate Agent judges, until accepted or out of rounds.

write ─┬─ check ─┬─ judge ─┬─ conclude ─── write (rejected, and rounds are left)
       │         │         └─ verify_answers ─── conclude (a detector is asked about what the judge accepts)
       │         └─ conclude (a check that needs no model objects)
       ├─ judge (no checks)
       ├─ verify_answers ─┬─ take_unjudged (no debate, but a detector)
       │                  └─ conclude (it doubts an answer)
       ├─ take_unjudged (neither)
       └─ give_up (nothing usable was written)
"""

from typing import Any, Literal, NotRequired, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from irloom.agents.context import Context
from irloom.agents.debate.graph import add_debate_agent
from irloom.agents.detector.answers import verify_answers
from irloom.agents.task.checks import check
from irloom.agents.task.graph import add_task_agent
from irloom.agents.task.state import Given as Scene
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.protocols import Unreadable
from irloom.records import (
    Fault,
    Instruction,
    MinedRule,
    Round,
    Sample,
    SentenceScore,
    TaskResult,
    Verdict,
)

DebatedContext = Context[Sample, Any, InfraredConfig]


class Given(Scene):
    """What the loop gets: a scene to write of, and the rules that stand."""

    rules: tuple[str, ...]
    shown: NotRequired[str]
    """The picture that a detector is shown, where there is one."""


class DebatedState(Given, total=False):
    """Everything the loop may hold."""

    instruction: Instruction | Unreadable | Fault
    by: Literal["check", "judge", "detector"]
    scores: tuple[SentenceScore, ...]
    known: dict[str, float]
    """What the detector said of sentences so far, in whatever round."""
    judged: Verdict | Fault
    mined: MinedRule | Fault | None
    rounds: tuple[Round, ...]
    faults: tuple[Fault, ...]
    results: list[TaskResult]
    mined_rules: list[MinedRule]


class Made(TypedDict, total=False):
    """What the loop returns; the flow adds up the lists of its tasks."""

    results: list[TaskResult]
    mined_rules: list[MinedRule]


async def conclude(state: DebatedState, runtime: Runtime[DebatedContext]) -> dict[str, object]:
    """Note the round; end the task, or go on with the reason."""
    judged, mined, instruction = state["judged"], state["mined"], state["instruction"]
    assert isinstance(instruction, Instruction)
    faults = (*state.get("faults", ()), *(one for one in (judged, mined) if isinstance(one, Fault)))
    if isinstance(judged, Fault):
        by = state.get("by", "judge")
        undecided = Round(round=state["round"], verdict="none", instruction=instruction, by=by)
        return _end(state, "failed", state.get("rounds", ()), faults, undecided)
    this = Round(
        round=state["round"],
        verdict=judged.verdict,
        category=judged.category,
        reason=judged.reason,
        rule=mined.rule if isinstance(mined, MinedRule) else None,
        instruction=instruction,
        by=state.get("by", "judge"),
        scores=state.get("scores", ()),
    )
    rounds = (*state.get("rounds", ()), this)
    rules = [*state.get("mined_rules", []), *([mined] if isinstance(mined, MinedRule) else [])]
    if judged.verdict == "accept":
        return _end(state, "accepted", rounds, faults) | {"mined_rules": rules}
    if state["round"] >= runtime.context.config.max_rounds:
        return _end(state, "rejected", rounds, faults) | {"mined_rules": rules}
    return {
        "rounds": rounds,
        "faults": faults,
        "mined_rules": rules,
        "reasons": (*state["reasons"], judged.reason),
        "round": state["round"] + 1,
        "by": "judge",
        "scores": (),
    }


async def take_unjudged(state: DebatedState) -> dict[str, object]:
    """Ablation: no debate, so that the instruction is kept without a verdict."""
    instruction = state["instruction"]
    assert isinstance(instruction, Instruction)
    this = Round(
        round=state["round"], verdict="none", instruction=instruction, scores=state.get("scores", ())
    )
    return _end(state, "unjudged", (*state.get("rounds", ()), this), ())


async def give_up(state: DebatedState) -> dict[str, object]:
    """End the task: nothing that could be judged was written."""
    fault = state["instruction"]
    assert isinstance(fault, Fault)
    return _end(state, "failed", state.get("rounds", ()), (*state.get("faults", ()), fault))


async def after_task(
    state: DebatedState, runtime: Runtime[DebatedContext]
) -> Literal["check", "judge", "verify_answers", "take_unjudged", "give_up"]:
    """Check and judge what was written, unless the debate is off or nothing was."""
    config = runtime.context.config
    if isinstance(state["instruction"], Fault):
        return "give_up"
    if not config.debate:
        return "take_unjudged" if config.verify is None else "verify_answers"
    return "check" if config.checks else "judge"


async def after_check(state: DebatedState) -> Literal["judge", "conclude"]:
    """Ask the judge where no check objected."""
    return "conclude" if state["by"] == "check" else "judge"


async def after_debate(
    state: DebatedState, runtime: Runtime[DebatedContext]
) -> Literal["verify_answers", "conclude"]:
    """Have a detector look at what the judge accepts; what is rejected anyway is not paid for."""
    judged = state["judged"]
    accepted = isinstance(judged, Verdict) and judged.verdict == "accept"
    return "verify_answers" if accepted and runtime.context.config.verify is not None else "conclude"


async def after_verify(
    state: DebatedState, runtime: Runtime[DebatedContext]
) -> Literal["conclude", "take_unjudged"]:
    """Without a debate nobody has said a word about what the detector lets pass."""
    return "conclude" if state["by"] == "detector" or runtime.context.config.debate else "take_unjudged"


async def after_conclude(state: DebatedState) -> Literal["write", "__end__"]:
    """Write again until there is a result."""
    return "__end__" if state.get("results") else "write"


def build_debated_graph() -> StateGraph[DebatedState, Any, Given, Made]:
    """Wire the two agents; the caller compiles."""
    graph: StateGraph[DebatedState, Any, Given, Made] = StateGraph(
        DebatedState, Context, input_schema=Given, output_schema=Made
    )
    graph.add_node(check)
    graph.add_node(verify_answers)
    graph.add_node(conclude)
    graph.add_node(take_unjudged)
    graph.add_node(give_up)
    graph.add_edge(START, "write")
    exits = ["check", "judge", "verify_answers", "take_unjudged", "give_up"]
    add_task_agent(graph, leave=after_task, exits=exits)
    graph.add_conditional_edges("check", after_check)
    add_debate_agent(graph, leave=after_debate, exits=["verify_answers", "conclude"], taught="conclude")
    graph.add_conditional_edges("verify_answers", after_verify)
    graph.add_conditional_edges("conclude", after_conclude)
    graph.add_edge("take_unjudged", END)
    graph.add_edge("give_up", END)
    return graph


def _end(
    state: DebatedState,
    outcome: Literal["accepted", "rejected", "failed", "unjudged"],
    rounds: tuple[Round, ...],
    faults: tuple[Fault, ...],
    undecided: Round | None = None,
) -> dict[str, object]:
    result = TaskResult(
        task=state["task"], outcome=outcome, rounds=rounds, undecided=undecided, faults=faults
    )
    return {"results": [result]}
