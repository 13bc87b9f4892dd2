"""The steps of the Marker (SciGenBench, arXiv 2601.17027, section 4 and Table 1)."""

import asyncio

from langgraph.runtime import Runtime

from irloom.agents.asking import ask_in_form
from irloom.agents.context import here, list_lines
from irloom.agents.figure_fields import FigureContext, picture_of
from irloom.agents.marker.adaptation import check_adaptation
from irloom.agents.marker.replies import (
    ADAPTATION,
    ADAPTATION_FORM,
    JUDGEMENT,
    JUDGEMENT_FORM,
    read_adaptation,
    read_judgement,
)
from irloom.agents.marker.state import Given, MarkerState
from irloom.protocols import Ask
from irloom.records import Fault

JUDGE_TEMPERATURE = 0.1
"""As SciGenBench's judge has it."""


async def judge(state: Given, runtime: Runtime[FigureContext]) -> MarkerState:
    """Show the figure and the problem to a strict judge."""
    draft = state["draft"]
    picture = picture_of(draft)
    prompt = runtime.context.prompts.render("figure/judge", question=state["problem"].question)
    place = here("judge", "judge", round=draft.round)
    ask = Ask(place, prompt, temperature=JUDGE_TEMPERATURE, schema=JUDGEMENT, images=(picture.image,))
    return {"judgement": await ask_in_form(runtime.context, ask, read_judgement, JUDGEMENT_FORM)}


async def adapt(state: Given, runtime: Runtime[FigureContext]) -> MarkerState:
    """Move given values from the text into the figure, and verify that they really moved."""
    problem, draft = state["problem"], state["draft"]
    picture = picture_of(draft)
    labels = [text.plain for text in picture.texts if text.plain.strip()]
    prompt = runtime.context.prompts.render(
        "figure/adapt", question=problem.question, labels=list_lines(labels)
    )
    ask = Ask(here("judge", "adapt", round=draft.round), prompt, schema=ADAPTATION)
    read = await ask_in_form(runtime.context, ask, read_adaptation, ADAPTATION_FORM)
    if isinstance(read, Fault):
        return {"adaptation": read}
    return {"adaptation": await asyncio.to_thread(check_adaptation, read, problem, picture)}
