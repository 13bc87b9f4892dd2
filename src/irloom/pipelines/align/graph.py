"""Labelled sentences: a picture is described or a text is drawn, and a panel judges every sentence.

bring ─┬─ caption (each captioner) ─┬─ gather ─ panel (each text) ─ rows
       └─ write (of annotations)   ─┤
paint (each painter) ───────────────┘
"""

from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.captioner.graph import build_captioner_graph
from irloom.agents.captioner.state import Given as CaptionerGiven
from irloom.agents.context import Context
from irloom.agents.panel.graph import build_panel_graph
from irloom.agents.panel.state import Given as PanelGiven
from irloom.alignment import Writing
from irloom.pipelines.align.config import MADE, name_task
from irloom.pipelines.align.state import AlignContext, AlignState, Given, PainterGiven
from irloom.records import Fault
from irloom.sources.texts import PlainText


async def begin(state: AlignState, runtime: Runtime[AlignContext]) -> list[Send] | str:
    """A text is drawn by every painter; an image is brought."""
    if not isinstance(state["sample"], PlainText):
        return "bring"
    painters = runtime.context.config.painted_by
    return [Send("paint", PainterGiven(painter=name)) for name in painters]


async def bring(state: Given, runtime: Runtime[AlignContext]) -> dict[str, object]:
    """Copy the picture into the run directory, so that a run is complete by itself."""
    kept = await runtime.context.actions.bring()
    return {"faults": [kept]} if isinstance(kept, Fault) else {"image": kept[0], "sha256": kept[1]}


async def paint(state: PainterGiven, runtime: Runtime[AlignContext]) -> dict[str, object]:
    """Have one painter draw the text."""
    drawn = await runtime.context.actions.paint(state["painter"])
    return {"faults": [drawn]} if isinstance(drawn, Fault) else {"writings": [drawn]}


async def write(state: AlignState, runtime: Runtime[AlignContext]) -> dict[str, object]:
    """Write sentences that are right and wrong by construction; none where the boxes say nothing."""
    made = tuple(runtime.context.actions.write())
    if not made:
        return {"made": ()}
    sentences = tuple(one.text for one in made)
    writing = Writing(
        task=MADE, group=MADE, image=state["image"], sha256=state["sha256"], sentences=sentences
    )
    return {"made": made, "writings": [writing]}


async def gather(state: AlignState) -> dict[str, object]:
    """Wait for all texts of the sample."""
    return {}


async def after_bring(state: AlignState, runtime: Runtime[AlignContext]) -> list[Send] | str:
    """Have every captioner describe the picture, or write of its annotations where there is none."""
    if "image" not in state:
        return END
    captioners = runtime.context.config.captioners
    image, sha256 = state["image"], state["sha256"]
    return [
        Send("caption", CaptionerGiven(image=image, sha256=sha256, captioner=name, task=name_task(name)))
        for name in captioners
    ] or "write"


async def after_gather(state: AlignState, runtime: Runtime[AlignContext]) -> list[Send] | str:
    """Show every text to its judges."""
    config = runtime.context.config
    given = [(one, config.choose_judges(one.group)) for one in state.get("writings", [])]
    return [
        Send("panel", PanelGiven(writing=writing, judges=judges)) for writing, judges in given if judges
    ] or END


def build_align_graph() -> StateGraph[AlignState, Any, Given, AlignState]:
    """Wire the agents; the caller compiles."""
    graph: StateGraph[AlignState, Any, Given, AlignState] = StateGraph(
        AlignState, Context, input_schema=Given
    )
    for node in (bring, write, gather):
        graph.add_node(node)
    graph.add_node("paint", paint, input_schema=PainterGiven)
    graph.add_node("caption", build_captioner_graph().compile(), input_schema=CaptionerGiven)
    graph.add_node("panel", build_panel_graph().compile(), input_schema=PanelGiven)
    graph.add_conditional_edges(START, begin, ["bring", "paint"])
    graph.add_conditional_edges("bring", after_bring, ["caption", "write", END])
    for name in ("caption", "write", "paint"):
        graph.add_edge(name, "gather")
    graph.add_conditional_edges("gather", after_gather, ["panel", END])
    graph.add_edge("panel", END)
    return graph
