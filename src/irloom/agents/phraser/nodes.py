"""The step of the Phraser: an edit becomes the query of somebody who looks for its result."""

import hashlib

from langgraph.runtime import Runtime

from irloom.agents.context import here, list_lines
from irloom.agents.edit_steps import EditContext
from irloom.agents.phraser.replies import read_query
from irloom.agents.phraser.state import PhraserState
from irloom.edits import QueryForm, Step
from irloom.protocols import Ask
from irloom.records import Fault


async def phrase(state: PhraserState, runtime: Runtime[EditContext]) -> PhraserState:
    """Write the query in one of the observed forms (EDIR, figure 1), drawn by the edit's identity."""
    context, proposal = runtime.context, state["proposal"]
    form = choose_form(context.config.forms, f"{context.config.seed}/{context.sample.id}/{proposal.edit}")
    prompt = context.prompts.render(
        "edit/phrase",
        form=form,
        changes=list_lines([_describe(step, context) for step in proposal.steps]),
        base=proposal.base or "none",
        point=proposal.point or "none",
        captions=list_lines(context.sample.captions),
    )
    ask = Ask(
        here("phraser", "phrase", task=proposal.task, round=state["round"]),
        prompt,
        temperature=context.config.temperature,
    )
    read = await context.calls.ask(ask, read_query)
    return {"fault": read} if isinstance(read, Fault) else {"query": read[0], "form": form}


def choose_form(forms: tuple[QueryForm, ...], name: str) -> QueryForm:
    """One of the forms, the same for the same name."""
    return forms[hashlib.sha256(name.encode()).digest()[0] % len(forms)]


def _describe(step: Step, context: EditContext) -> str:
    label = "whole image" if step.target is None else context.sample.boxes[step.target - 1].label
    parts = (step.subcategory, step.what or label, step.value or "-", step.instruction)
    return " | ".join(" ".join(part.replace("|", " ").split()) for part in parts)
