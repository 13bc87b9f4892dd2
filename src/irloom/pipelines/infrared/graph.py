"""The infrared flow: one sample from its visible image to its rows.

caption ─┬─ task "conversation" ⇄ debate ─┐
         ├─ task "reasoning"    ⇄ debate ─┼─ rows
         └─ task "description"  ⇄ debate ─┘

With a detector `verify_captions` stands behind the captions, and each debate has a step of its own. An image
of a set that has no captions gets them from a witness, between its infrared image and the caption agent.
"""

import hashlib
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.caption.graph import ENTRIES, add_caption_agent, after_translate
from irloom.agents.context import Context
from irloom.agents.detector.captions import verify_captions
from irloom.agents.witness.graph import add_witness_agent
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.infrared.debate import build_debated_graph
from irloom.pipelines.infrared.state import Given, InfraredContext, InfraredState
from irloom.records import Fault, Task


async def after_image(state: InfraredState, runtime: Runtime[InfraredContext]) -> list[Send] | str:
    """Have captions written where the sample has none."""
    if "infrared" in state and not state["sample"].captions:
        return "gather_evidence"
    return await after_translate(state, runtime)  # type: ignore[arg-type]


async def after_witness(state: InfraredState, runtime: Runtime[InfraredContext]) -> list[Send] | str:
    """Go on as with captions that came with the image; without any there is nothing to do."""
    return "sort_captions" if state["sample"].captions else END


async def after_captions(state: InfraredState, runtime: Runtime[InfraredContext]) -> list[Send] | str:
    """Have a detector look at the captions, where there is one and there are some."""
    verifies = runtime.context.config.verify is not None and state.get("captioned")
    return "verify_captions" if verifies else await start_tasks(state, runtime)


async def start_tasks(state: InfraredState, runtime: Runtime[InfraredContext]) -> list[Send] | str:
    """Debate each task of this sample by itself, once every caption was filtered.

    A sample that lacks a caption waits for its retry: instructions that were written from fewer
    captions now would be written, and paid, again then. What a retry would hardly mend, such as a
    caption that a content filter refuses, does not keep the others waiting.
    """
    captioned = state.get("captioned", [])
    if not captioned or any(not _is_lasting(fault) for fault in state.get("faults", [])):
        return END
    scene = {
        "sample": state["sample"].id,
        "captions": tuple(one.text for one in captioned),
        "originals": state["sample"].captions,
        "boxes": state["sample"].boxes,
        "heat": state["infrared"].heat,
        "image": state["infrared"].image,
        "rules": state["rules"],
        "round": 1,
        "reasons": (),
        **({"shown": state["shown"]} if "shown" in state else {}),
    }
    tasks = choose_tasks(runtime.context.config, state["sample"].id)
    return [Send("debated_task", {**scene, "task": task}) for task in tasks] or END


def _is_lasting(fault: Fault) -> bool:
    """Whether one caption could not be filtered or verified for what it says: a retry hardly mends it."""
    return fault.stage in {"filter", "verify"} and fault.error in {"ModelReplyError", "ContentRefused"}


def choose_tasks(config: InfraredConfig, sample: str) -> list[Task]:
    """The tasks that a sample gets: all that are asked for, thinned by their shares, seeded by the id."""
    return [task for task in config.tasks if _draw(config.seed, sample, task) < config.shares.get(task, 1.0)]


def build_infrared_graph() -> StateGraph[InfraredState, Any, Given, InfraredState]:
    """Wire the agents; the caller compiles."""
    graph: StateGraph[InfraredState, Any, Given, InfraredState] = StateGraph(
        InfraredState, Context, input_schema=Given
    )
    graph.add_node("debated_task", build_debated_graph().compile())
    graph.add_edge(START, "translate")
    exits = ["verify_captions", "debated_task", END]
    add_caption_agent(graph, after_captions, exits, enter=after_image, entries=(*ENTRIES, "gather_evidence"))
    add_witness_agent(graph, leave=after_witness, exits=["sort_captions", END])
    graph.add_node(verify_captions)
    graph.add_conditional_edges("verify_captions", start_tasks, ["debated_task", END])
    return graph


def _draw(seed: int, sample: str, task: Task) -> float:
    digest = hashlib.sha256(f"{seed}/{sample}/{task}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
