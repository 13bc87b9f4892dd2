"""bring ─ write ⇄ check ─ rows."""

from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from describe_flow.config import DescribeConfig
from describe_flow.inputs import DescribeActions
from irloom.agents.context import Context, here, list_lines
from irloom.agents.replies import read_text
from irloom.pipelines.provenance import SampleProvenance
from irloom.protocols import Ask
from irloom.records import Fault, Sample, SampleResult

DescribeContext = Context[Sample, DescribeActions, DescribeConfig]


class Given(TypedDict):
    """What the flow gets."""

    sample: Sample


class DescribeState(Given, total=False):
    """Everything it may hold."""

    image: str
    texts: tuple[str, ...]
    objection: str
    fault: Fault


async def bring(state: Given, runtime: Runtime[DescribeContext]) -> dict[str, object]:
    """Copy the image into the run, so that the run is complete by itself."""
    image = await runtime.context.actions.bring()
    return {"fault": image} if isinstance(image, Fault) else {"image": image}


async def write(state: DescribeState, runtime: Runtime[DescribeContext]) -> dict[str, object]:
    """Ask for a description, with what was wrong with the last one."""
    context, texts = runtime.context, state.get("texts", ())
    prompt = context.prompts.render(
        "describe/write",
        forbidden=list_lines(context.config.forbidden),
        objection=state.get("objection", "nothing"),
    )
    ask = Ask(here("writer", "write", round=len(texts) + 1), prompt, images=(state["image"],))
    read = await context.calls.ask(ask, read_text)
    return {"fault": read} if isinstance(read, Fault) else {"texts": (*texts, read[0])}


async def check(state: DescribeState, runtime: Runtime[DescribeContext]) -> dict[str, object]:
    """Look for forbidden words."""
    if "fault" in state:
        return {}
    said = state["texts"][-1].lower()
    found = [word for word in runtime.context.config.forbidden if word in said]
    return {"objection": f"it says {', '.join(found)}" if found else ""}


async def after_bring(state: DescribeState) -> Literal["write", "__end__"]:
    """Stop where there is no image."""
    return "__end__" if "fault" in state else "write"


async def after_check(state: DescribeState, runtime: Runtime[DescribeContext]) -> Literal["write", "__end__"]:
    """Write again while there is an objection and rounds are left."""
    again = state.get("objection") and len(state["texts"]) < runtime.context.config.max_rounds
    return "write" if again and "fault" not in state else "__end__"


def build_describe_graph() -> StateGraph[DescribeState, Any, Given, DescribeState]:
    """Wire the nodes."""
    graph: StateGraph[DescribeState, Any, Given, DescribeState] = StateGraph(
        DescribeState, Context, input_schema=Given
    )
    graph.add_node(bring)
    graph.add_node(write)
    graph.add_node(check)
    graph.add_edge(START, "bring")
    graph.add_conditional_edges("bring", after_bring, ["write", END])
    graph.add_edge("write", "check")
    graph.add_conditional_edges("check", after_check, ["write", END])
    return graph


def build_rows(
    sample: Sample, state: DescribeState, config: DescribeConfig, provenance: SampleProvenance
) -> SampleResult:
    """The rows of one image."""
    fault = sample.fault or state.get("fault")
    head = {"sample": sample.id, "source": sample.image}
    tail = provenance.tail(["writer"], ["writer"])
    if fault is not None:
        row = head | fault.model_dump(include={"stage", "error", "message", "task", "round"}) | tail
        return SampleResult(outcome="failed", rows={"failed": (row,)}, faults=(fault,))
    text, is_good = state["texts"][-1], not state["objection"]
    row = head | {"images": [state["image"]], "text": text, "rounds": len(state["texts"])}
    row |= {"messages": _as_messages(text), "reason": state["objection"]} | tail
    return SampleResult(
        outcome="accepted" if is_good else "rejected",
        rows={"descriptions" if is_good else "rejected": (row,)},
        summary={"descriptions": int(is_good), "categories": {} if is_good else {"forbidden": 1}},
    )


def _as_messages(text: str) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": "<image>\nDescribe this image."},
        {"role": "assistant", "content": text},
    ]
