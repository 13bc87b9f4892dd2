"""The infrared flow: one sample from its visible image to its rows.

caption ─┬─ task "conversation" ⇄ debate ─┐
         ├─ task "reasoning"    ⇄ debate ─┼─ rows
         └─ task "description"  ⇄ debate ─┘
"""

import hashlib
from operator import add
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.caption.graph import add_caption_agent
from irloom.agents.caption.state import Filtered
from irloom.agents.context import Context
from irloom.flows import InfraredConfig
from irloom.lexicon import Lexicon
from irloom.pipelines.infrared.debate import build_debated_graph
from irloom.pipelines.infrared.rows import build_result
from irloom.pipelines.provenance import Provenance
from irloom.prompts import Prompts
from irloom.protocols import Calls
from irloom.records import Captioned, Fault, Infrared, MinedRule, Sample, SampleResult, Task, TaskResult


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


InfraredGraph = CompiledStateGraph[InfraredState, Context, Given, InfraredState]


async def start_tasks(state: InfraredState, runtime: Runtime[Context]) -> list[Send] | str:
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
        "boxes": state["sample"].boxes,
        "image": state["infrared"].image,
        "rules": state["rules"],
        "round": 1,
        "reasons": (),
    }
    tasks = choose_tasks(runtime.context.config, state["sample"].id)
    return [Send("debated_task", {**scene, "task": task}) for task in tasks] or END


def _is_lasting(fault: Fault) -> bool:
    """Whether one caption could not be filtered for what it says, so that a retry hardly mends it."""
    return fault.stage == "filter" and fault.error in {"ModelReplyError", "ContentRefused"}


def choose_tasks(config: InfraredConfig, sample: str) -> list[Task]:
    """The tasks that a sample gets: all that are asked for, thinned by their shares, seeded by the id."""
    return [task for task in config.tasks if _draw(config.seed, sample, task) < config.shares.get(task, 1.0)]


def build_infrared_graph() -> StateGraph[InfraredState, Context, Given, InfraredState]:
    """Wire the agents; the caller compiles."""
    graph = StateGraph(InfraredState, Context, input_schema=Given)
    graph.add_node("debated_task", build_debated_graph().compile())
    graph.add_edge(START, "translate")
    add_caption_agent(graph, leave=start_tasks, exits=["debated_task", END])
    return graph


class InfraredFlow:
    """The compiled flow with everything that is the same for all samples."""

    def __init__(
        self, config: InfraredConfig, prompts: Prompts, lexicon: Lexicon, provenance: Provenance
    ) -> None:
        self._config = config
        self._prompts = prompts
        self._lexicon = lexicon
        self._provenance = provenance
        self._graph = build_infrared_graph().compile()

    async def __call__(
        self, sample: Sample, attempt: int, rules: tuple[str, ...], version: int, calls: Calls
    ) -> SampleResult:
        """Take one sample to its rows; errors of the sample are in the result."""
        state: InfraredState = {
            "sample": sample,
            "rules": rules,
            "faults": [sample.fault] if sample.fault else [],
        }
        if sample.fault is None:
            context = Context(calls, self._prompts, self._lexicon, self._config)
            output = await self._graph.ainvoke(
                Given(sample=sample, rules=rules), context=context, version="v2"
            )
            state = output.value
        provenance = self._provenance.of(sample.id, attempt, version)
        return build_result(
            sample,
            state.get("infrared"),
            state.get("captioned", []),
            state.get("faults", []),
            state.get("results", []),
            state.get("mined_rules", []),
            provenance,
        )


def _draw(seed: int, sample: str, task: Task) -> float:
    digest = hashlib.sha256(f"{seed}/{sample}/{task}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
