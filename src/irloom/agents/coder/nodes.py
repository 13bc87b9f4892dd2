"""The steps of the Coder (ImgCoder, arXiv 2601.17027, section 3.3)."""

import asyncio

from langgraph.runtime import Runtime

from irloom.agents.coder.checks import check_picture
from irloom.agents.coder.replies import (
    PLAN,
    PLAN_FORM,
    UNDERSTANDING,
    UNDERSTANDING_FORM,
    read_plan,
    read_script,
    read_sketch,
    read_understanding,
)
from irloom.agents.coder.state import CoderState, Given
from irloom.agents.context import here, list_lines
from irloom.agents.figure_fields import FigureContext, list_elements, list_plan
from irloom.figures import Draft, Failure, Plan, Understanding
from irloom.protocols import Ask, Prompt, Unreadable, read_finally
from irloom.records import Fault


async def understand(state: Given, runtime: Runtime[FigureContext]) -> CoderState:
    """Say as atomic facts what the figure must contain."""
    problem = state["problem"]
    prompt = runtime.context.prompts.render(
        "coder/understand", question=problem.question, elements=list_elements(problem)
    )
    ask = Ask(here("coder", "understand"), prompt, schema=UNDERSTANDING)
    read = await runtime.context.calls.ask(ask, read_understanding)
    return {"fault": read} if isinstance(read, Fault) else {"understanding": read[0]}


async def restate_understanding(state: CoderState, runtime: Runtime[FigureContext]) -> CoderState:
    """Ask once more for a reply that was not in the form asked for."""
    unreadable = state["understanding"]
    assert isinstance(unreadable, Unreadable)
    prompt = _render_repair(runtime, UNDERSTANDING_FORM, unreadable)
    ask = Ask(here("coder", "understand", node="restate", repair=1), prompt, schema=UNDERSTANDING)
    read = await runtime.context.calls.ask(ask, read_finally(read_understanding))
    return {"fault": read} if isinstance(read, Fault) else {"understanding": read[0]}


async def plan(state: CoderState, runtime: Runtime[FigureContext]) -> CoderState:
    """Plan content, layout, labels, and what must not be shown."""
    problem, understanding = state["problem"], state["understanding"]
    assert isinstance(understanding, Understanding)
    prompt = runtime.context.prompts.render(
        "coder/plan",
        question=problem.question,
        elements=list_elements(problem, understanding.elements),
        givens=list_lines(understanding.givens),
    )
    read = await runtime.context.calls.ask(Ask(here("coder", "plan"), prompt, schema=PLAN), read_plan)
    return {"fault": read} if isinstance(read, Fault) else {"plan": read[0]}


async def restate_plan(state: CoderState, runtime: Runtime[FigureContext]) -> CoderState:
    """Ask once more for a plan that was not in the form asked for."""
    unreadable = state["plan"]
    assert isinstance(unreadable, Unreadable)
    prompt = _render_repair(runtime, PLAN_FORM, unreadable)
    ask = Ask(here("coder", "plan", node="restate", repair=1), prompt, schema=PLAN)
    read = await runtime.context.calls.ask(ask, read_finally(read_plan))
    return {"fault": read} if isinstance(read, Fault) else {"plan": read[0]}


async def write_code(state: CoderState, runtime: Runtime[FigureContext]) -> CoderState:
    """Write the script; from the second round on, mend the last one by what is wrong with it."""
    context, drafts = runtime.context, state.get("drafts", ())
    number = len(drafts) + 1
    place = here("coder", "code", round=number)
    read = await context.calls.ask(
        Ask(place, _render_code(state, context), temperature=context.config.temperature), read_script
    )
    if isinstance(read, Fault):
        return {"fault": read}
    return {"round": number, "code": read[0]}


async def sketch(state: CoderState, runtime: Runtime[FigureContext]) -> CoderState:
    """Plan and write in one request, as the paper does; a retry is blind, it asks the same again."""
    context = runtime.context
    number = len(state.get("drafts", ())) + 1
    prompt = context.prompts.render("coder/one_call", question=state["problem"].question)
    place = here("coder", "code", round=number)
    read = await context.calls.ask(Ask(place, prompt, temperature=context.config.temperature), read_sketch)
    if isinstance(read, Fault):
        return {"fault": read}
    return {"round": number, "plan": read[0][0], "code": read[0][1]}


async def draw(state: CoderState, runtime: Runtime[FigureContext]) -> CoderState:
    """Run the script in the sandbox, and look at what it drew."""
    code, number, drafts = state["code"], state["round"], state.get("drafts", ())
    if isinstance(code, Failure):
        return {"drafts": (*drafts, Draft(round=number, code="", failure=code))}
    drawn = await runtime.context.actions.draw(number, code)
    if isinstance(drawn, Fault):
        return {"fault": drawn}
    if isinstance(drawn, Failure):
        return {"drafts": (*drafts, Draft(round=number, code=code, failure=drawn))}
    plan, understanding = state["plan"], state.get("understanding")
    assert isinstance(plan, Plan)
    givens = understanding.givens if isinstance(understanding, Understanding) else ()
    # In a thread: thousands of texts take a while, in which the other samples go on.
    checks = await asyncio.to_thread(check_picture, drawn, state["problem"], plan, givens)
    return {"drafts": (*drafts, Draft(round=number, code=code, picture=drawn, checks=checks))}


async def settle(state: CoderState) -> CoderState:
    """Go on with the draft that has a picture and the fewest faults, the later one of equals."""
    drawn = [draft for draft in state.get("drafts", ()) if draft.picture is not None]
    understanding = state.get("understanding")
    found = understanding.elements if isinstance(understanding, Understanding) else ()
    return {
        "draft": min(reversed(drawn), key=lambda draft: len(draft.faults), default=None),
        "elements": state["problem"].elements or found,
    }


def _render_code(state: CoderState, context: FigureContext) -> Prompt:
    plan, drafts = state["plan"], state.get("drafts", ())
    assert isinstance(plan, Plan)
    fields = {"question": state["problem"].question, "plan": list_plan(plan)}
    if not drafts:
        return context.prompts.render("coder/code", **fields)
    last = drafts[-1]
    return context.prompts.render("coder/repair", **fields, code=last.code, problem=_describe_fault(last))


def _describe_fault(draft: Draft) -> str:
    if draft.failure is None:
        return list_lines(draft.faults)
    return f"It made no picture ({draft.failure.reason}). The end of its log:\n{draft.failure.log}"


def _render_repair(runtime: Runtime[FigureContext], form: str, unreadable: Unreadable) -> Prompt:
    return runtime.context.prompts.render(
        "repair", form=form, problem=unreadable.problem, reply=unreadable.text
    )
