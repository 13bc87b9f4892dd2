"""The CIR flow: one seed image to its edits, their checks and their queries.

bring ─ propose (each family) ─ join ─ edited (each edit: edit ⇄ verify ─ phrase) ─ rows
"""

import random
from collections.abc import Sequence
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.context import Context
from irloom.agents.proposer.graph import build_proposer_graph
from irloom.agents.proposer.state import Given as FamilyGiven
from irloom.edits import PUBLISHED, SUBCATEGORIES, Family, Proposal, Subcategory
from irloom.pipelines.cir.actions import EditActions
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.cir.edit import Given as EditGiven
from irloom.pipelines.cir.edit import build_edited_graph
from irloom.pipelines.cir.state import CirState, Given
from irloom.records import Fault, Sample

LEAST_KINDS = 6
"""Of the simple kinds; a complex edit joins two or three, and an image offers not all of them."""

CirContext = Context[Sample, EditActions, CirConfig]


async def bring(state: Given, runtime: Runtime[CirContext]) -> dict[str, object]:
    """Copy the seed into the run directory, so that a run is complete by itself."""
    seed = await runtime.context.actions.bring()
    return {"faults": [seed]} if isinstance(seed, Fault) else {"seed": seed}


async def after_bring(state: CirState, runtime: Runtime[CirContext]) -> list[Send] | str:
    """Propose every family of this seed."""
    if "seed" not in state:
        return END
    chosen = choose_subcategories(runtime.context.config, state["sample"].id)
    avoid, image = choose_avoided(chosen), state["seed"].image
    return [
        Send("propose", FamilyGiven(image=image, family=number, subcategory=name, avoid=avoid))
        for number, name in enumerate(chosen, 1)
    ]


async def join(state: CirState) -> dict[str, object]:
    """Wait for all families, since an edit is told of its siblings."""
    return {}


async def after_join(state: CirState, runtime: Runtime[CirContext]) -> list[Send] | str:
    """Carry out every edit."""
    image = state["seed"].image
    edits = number_edits(state.get("families", []), runtime.context.config.variants)
    return [
        Send("edited", EditGiven(image=image, proposal=one, taken=name_siblings(one, edits), round=1))
        for one in edits
    ] or END


def choose_subcategories(config: CirConfig, sample: str) -> tuple[Subcategory, ...]:
    """The subcategories of a seed's families, drawn by its id, more often those that more is wanted of.

    The weights are the quotas, or the published number of queries where there is none.
    """
    draw = random.Random(f"{config.seed}/{sample}")
    left = {
        name: weight
        for name in config.subcategories
        if (weight := config.quotas.get(name, PUBLISHED[name])) > 0
    }
    chosen: list[Subcategory] = []
    while left and len(chosen) < config.families:
        (name,) = draw.choices(list(left), weights=list(left.values()))
        chosen.append(name)
        del left[name]
    return tuple(chosen)


def choose_avoided(chosen: Sequence[Subcategory]) -> tuple[Subcategory, ...]:
    """What a complex edit is not made of: the seed's other kinds, whose queries it might answer too.

    Where these leave too few kinds it may take any, and the data set parts those that contain each other.
    """
    simple = tuple(name for name in chosen if name != "complex")
    return simple if len(SUBCATEGORIES) - 1 - len(simple) >= LEAST_KINDS else ()


def number_edits(families: Sequence[Family], variants: int) -> list[Proposal]:
    """Every edit of a seed with its number, which no other family's fate changes.

    A retry that gets a family which failed before so finds the edits of the others where they were.
    """
    return [
        Proposal(
            edit=(family.family - 1) * variants + place,
            family=family.family,
            subcategory=family.subcategory,
            base=family.base,
            point=point.point,
            steps=point.steps,
        )
        for family in sorted(families, key=lambda one: one.family)
        for place, point in enumerate(family.points, 1)
    ]


def name_siblings(one: Proposal, edits: Sequence[Proposal]) -> tuple[str, ...]:
    """What the other edits of its family are told to be."""
    return tuple(
        other.instruction for other in edits if other.family == one.family and other.edit != one.edit
    )


def build_cir_graph() -> StateGraph[CirState, Any, Given, CirState]:
    """Wire the agents; the caller compiles."""
    graph: StateGraph[CirState, Any, Given, CirState] = StateGraph(CirState, Context, input_schema=Given)
    graph.add_node(bring)
    graph.add_node("propose", build_proposer_graph().compile(), input_schema=FamilyGiven)
    graph.add_node(join)
    graph.add_node("edited", build_edited_graph().compile(), input_schema=EditGiven)
    graph.add_edge(START, "bring")
    graph.add_conditional_edges("bring", after_bring, ["propose", END])
    graph.add_edge("propose", "join")
    graph.add_conditional_edges("join", after_join, ["edited", END])
    graph.add_edge("edited", END)
    return graph
