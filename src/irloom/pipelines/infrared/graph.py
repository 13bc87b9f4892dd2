"""The infrared flow: one sample from its visible image to its rows.

caption ─┬─ task "conversation" ⇄ debate ─┐
         ├─ task "reasoning"    ⇄ debate ─┼─ rows
         └─ task "description"  ⇄ debate ─┘
"""

import hashlib
from operator import add
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.caption.graph import add_caption_agent
from irloom.agents.caption.state import Filtered
from irloom.agents.context import Context
from irloom.pipelines.infrared.actions import InfraredActions
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.debate import build_debated_graph
from irloom.records import Captioned, Fault, Infrared, MinedRule, Sample, Task, TaskResult


class Given(TypedDict):
    """What the flow gets."""

    sample: Sample
    rules: tuple[str, ...]


class InfraredState(Given, total=False):
    """Everything the flow may hold; tasks add to the lists side by side."""

    infrared: Infrared
    filtered: Annotated[list[Filtered], add]
    unreadable: tuple[str, str]
    captioned: list[Captioned]
    faults: Annotated[list[Fault], add]
    results: Annotated[list[TaskResult], add]
    mined_rules: Annotated[list[MinedRule], add]


InfraredContext = Context[Sample, InfraredActions, InfraredConfig]


async def start_tasks(state: InfraredState, runtime: Runtime[InfraredContext]) -> list[Send] | str:
    """Debate each task of this sample by itself, once every caption was filtered.

    A sample that lacks a caption waits for its retry: instructions that were written from fewer
    captions now would be written, and paid, again then.
    """
    captioned = state.get("captioned", [])
    if state.get("faults") or not captioned:
        return END
    scene = {
        "sample": state["sample"].id,
        "captions": tuple(one.text for one in captioned),
        "boxes": state["sample"].boxes,
        "image": state["infrared"].image,
        "rules": state["rules"],
        "round": 1,
        "reasons": (),
    }
    tasks = choose_tasks(runtime.context.config, state["sample"].id)
    return [Send("debated_task", {**scene, "task": task}) for task in tasks] or END


def choose_tasks(config: InfraredConfig, sample: str) -> list[Task]:
    """The tasks that a sample gets: all that are asked for, thinned by their shares, seeded by the id."""
    return [task for task in config.tasks if _draw(config.seed, sample, task) < config.shares.get(task, 1.0)]


def begin(sample: Sample, rules: tuple[str, ...]) -> Given:
    """What the flow gets of a sample."""
    return Given(sample=sample, rules=rules)


def build_infrared_graph() -> StateGraph[InfraredState, Any, Given, InfraredState]:
    """Wire the agents; the caller compiles."""
    graph: StateGraph[InfraredState, Any, Given, InfraredState] = StateGraph(
        InfraredState, Context, input_schema=Given
    )
    graph.add_node("debated_task", build_debated_graph().compile())
    graph.add_edge(START, "translate")
    add_caption_agent(graph, leave=start_tasks, exits=["debated_task", END])
    return graph


def _draw(seed: int, sample: str, task: Task) -> float:
    digest = hashlib.sha256(f"{seed}/{sample}/{task}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
