"""One task of one sample: the Task Agent writes, the Debate Agent judges, until accepted or out of rounds.

write ─┬─ check ─┬─ judge ─── conclude ─── write (rejected, and rounds are left)
       │         └─ conclude (a check that needs no model objects)
       ├─ judge (no checks)
       ├─ take_unjudged (no debate)
       └─ give_up (nothing usable was written)
"""

from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from irloom.agents.context import Context
from irloom.agents.debate.graph import add_debate_agent
from irloom.agents.task.checks import check
from irloom.agents.task.graph import add_task_agent
from irloom.agents.task.state import Given as Scene
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.protocols import Unreadable
from irloom.records import Fault, Instruction, MinedRule, Round, Sample, TaskResult, Verdict

DebatedContext = Context[Sample, Any, InfraredConfig]


class Given(Scene):
    """What the loop gets: a scene to write of, and the rules that stand."""

    rules: tuple[str, ...]


class DebatedState(Given, total=False):
    """Everything the loop may hold."""

    instruction: Instruction | Unreadable | Fault
    by: Literal["check", "judge"]
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
        undecided = Round(round=state["round"], verdict="none", instruction=instruction)
        return _end(state, "failed", state.get("rounds", ()), faults, undecided)
    this = Round(
        round=state["round"],
        verdict=judged.verdict,
        category=judged.category,
        reason=judged.reason,
        rule=mined.rule if isinstance(mined, MinedRule) else None,
        instruction=instruction,
        by=state.get("by", "judge"),
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
    }


async def take_unjudged(state: DebatedState) -> dict[str, object]:
    """Ablation: no debate, so that the instruction is kept without a verdict."""
    instruction = state["instruction"]
    assert isinstance(instruction, Instruction)
    return _end(
        state, "unjudged", (Round(round=state["round"], verdict="none", instruction=instruction),), ()
    )


async def give_up(state: DebatedState) -> dict[str, object]:
    """End the task: nothing that could be judged was written."""
    fault = state["instruction"]
    assert isinstance(fault, Fault)
    return _end(state, "failed", state.get("rounds", ()), (*state.get("faults", ()), fault))


async def after_task(
    state: DebatedState, runtime: Runtime[DebatedContext]
) -> Literal["check", "judge", "take_unjudged", "give_up"]:
    """Check and judge what was written, unless the debate is off or nothing was."""
    if isinstance(state["instruction"], Fault):
        return "give_up"
    if not runtime.context.config.debate:
        return "take_unjudged"
    return "check" if runtime.context.config.checks else "judge"


async def after_check(state: DebatedState) -> Literal["judge", "conclude"]:
    """Ask the judge where no check objected."""
    return "conclude" if state["by"] == "check" else "judge"


async def after_conclude(state: DebatedState) -> Literal["write", "__end__"]:
    """Write again until there is a result."""
    return "__end__" if state.get("results") else "write"


def build_debated_graph() -> StateGraph[DebatedState, Any, Given, Made]:
    """Wire the two agents; the caller compiles."""
    graph: StateGraph[DebatedState, Any, Given, Made] = StateGraph(
        DebatedState, Context, input_schema=Given, output_schema=Made
    )
    graph.add_node(check)
    graph.add_node(conclude)
    graph.add_node(take_unjudged)
    graph.add_node(give_up)
    graph.add_edge(START, "write")
    add_task_agent(graph, leave=after_task, exits=["check", "judge", "take_unjudged", "give_up"])
    graph.add_conditional_edges("check", after_check)
    add_debate_agent(graph, then="conclude")
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
