"""The steps of the Witness: it looks, and says in several sentences what it saw."""

from langgraph.runtime import Runtime

from irloom.agents.asking import ask_in_form
from irloom.agents.context import here, list_boxes
from irloom.agents.witness.replies import FORM, build_schema, object_to_heat, read_captions
from irloom.agents.witness.state import AGENT, PROMPT, WitnessContext, WitnessState
from irloom.protocols import Ask, Prompt, ReplyText, Unreadable
from irloom.records import Fault


async def gather_evidence(state: WitnessState, runtime: Runtime[WitnessContext]) -> WitnessState:
    """Bring what the writer is shown."""
    shown = await runtime.context.actions.show(state["infrared"])
    return {"faults": [shown]} if isinstance(shown, Fault) else {"evidence": shown}


async def write_captions(state: WitnessState, runtime: Runtime[WitnessContext]) -> WitnessState:
    """Ask for the captions; from here on the sample has them as if they had come with it."""
    context, sample = runtime.context, state["sample"]
    count = context.config.captions_each
    ask = Ask(
        here(AGENT, "caption"),
        _render(state, context),
        temperature=context.config.temperature,
        schema=build_schema(count),
        images=state["evidence"].pictures,
    )

    def read(reply: ReplyText) -> tuple[str, ...] | Unreadable:
        found = read_captions(reply, count)
        if isinstance(found, Unreadable) or context.actions.shows == "heat":
            return found
        labels = {*context.actions.annotated, *(box.label for box in sample.boxes)}
        return object_to_heat(found, labels)

    captions = await ask_in_form(context, ask, read, FORM)
    if isinstance(captions, Fault):
        return {"faults": [captions]}
    return {"sample": sample.model_copy(update={"captions": captions})}


def _render(state: WitnessState, context: WitnessContext) -> Prompt:
    way = state["evidence"].way
    shown = "" if way == "boxes" else context.prompts.text_of(f"captioner/parts/{way}")
    return context.prompts.render(
        PROMPT,
        shown=shown,
        numbers=context.prompts.text_of(f"task/parts/{context.config.boxes_as}"),
        boxes=list_boxes(state["sample"].boxes, context.config.boxes_as),
        count=str(context.config.captions_each),
    )
