"""One question: its pictures, its asks side by side, and a checker for replies that no rule can read.

bring ─ show ─ ask (each variant) ─ read ─ check (each that cannot be read) ─ score
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from irloom.agents.asking import ask_in_form
from irloom.agents.context import Context, here
from irloom.pipelines.evaluate.reading import list_doubtful, score_reply
from irloom.pipelines.evaluate.records import SIGHTS, Answer, Heard, Posed
from irloom.pipelines.evaluate.state import (
    AskState,
    CheckState,
    EvaluationContext,
    EvaluationState,
    Given,
    Lacking,
    Pictures,
)
from irloom.protocols import Ask, Prompt, ReplyText, Unreadable
from irloom.records import Fault

_UNUSABLE = "ModelReplyError"
"""A reply that came, was paid for and says nothing: an empty answer, which is wrong, and no failure."""


async def bring(state: Given, runtime: Runtime[EvaluationContext]) -> dict[str, object]:
    """Say what will be asked, and bring the infrared pictures if any ask needs it."""
    context = runtime.context
    posed = tuple(context.actions.benchmark.pose(state["sample"], context.config))
    if not any(one.sights for one in posed):
        return {"posed": posed, "pictures": {}}
    infrared = await context.actions.bring()
    if isinstance(infrared, Fault):
        return {"posed": posed, "pictures": {}, **_lack(posed, dict.fromkeys(SIGHTS, infrared))}
    return {"posed": posed, "pictures": {"infrared": infrared}}


async def show(state: EvaluationState, runtime: Runtime[EvaluationContext]) -> dict[str, object]:
    """Bring or make the visible-light pictures."""
    visible = await runtime.context.actions.show(state["pictures"]["infrared"])
    if isinstance(visible, Fault):
        return _lack(state["posed"], {"visible": visible})
    return {"pictures": {**state["pictures"], "visible": visible}}


def _lack(posed: Sequence[Posed], lacking: Lacking) -> dict[str, object]:
    """What cannot be shown fails the asks that show it, and the whole question where every ask does."""
    if all(lacking.keys() & set(one.sights) for one in posed):
        return {"fault": next(iter(lacking.values()))}
    return {"lacking": lacking}


async def ask(state: AskState, runtime: Runtime[EvaluationContext]) -> dict[str, object]:
    """Put the asks of one variant to the model, side by side."""
    asks = (_ask(runtime.context, posed, state["pictures"]) for posed in state["posed"])
    return {"heard": await asyncio.gather(*asks)}


async def _ask(context: EvaluationContext, posed: Posed, pictures: Pictures) -> tuple[str, Heard | Fault]:
    prompt = context.prompts.render(posed.prompt, **posed.fields)
    request = Ask(
        here("answerer", "ask", task=posed.name),
        lay_out(prompt) if posed.indented else prompt,
        temperature=0.0 if context.config.is_greedy else None,
        images=tuple(path for sight in posed.sights for path in pictures[sight]),
        max_tokens=context.config.longest_reply,
        top_logprobs=posed.top_logprobs,
        takes_empty=not context.config.is_greedy,  # as published: what comes is scored
    )
    heard = await _hear(context, posed, request)
    if isinstance(heard, Fault) and heard.error == _UNUSABLE:
        return posed.name, Heard(text="", finish="other")
    return posed.name, heard


async def _hear(context: EvaluationContext, posed: Posed, request: Ask) -> Heard | Fault:
    """The reply, of a structured one the repair where it comes in another form."""
    form = posed.form
    if form is None:
        heard = await context.calls.ask(request, hear)
        return heard if isinstance(heard, Fault) else heard[0]
    benchmark = context.actions.benchmark
    rule = benchmark.rules[benchmark.reading(context.config)]

    def read(reply: ReplyText) -> Heard | Unreadable:
        heard = hear(reply)
        if rule.read(heard, posed) is not None or not heard.text.strip():
            return heard
        return Unreadable(reply.text, "it could not be read as JSON in this form")

    return await ask_in_form(context, replace(request, schema=form.schema_), read, form.words, hear)


async def read(state: EvaluationState) -> dict[str, object]:
    """Wait for all replies; what no rule can read goes to the checker."""
    return {}


async def check(state: CheckState, runtime: Runtime[EvaluationContext]) -> dict[str, object]:
    """Ask the checker what a reply means."""
    context, posed = runtime.context, state["posed"]
    reply = state["heard"].text.strip() or state["heard"].open_thoughts or ""
    prompt = context.prompts.render(posed.check, **{**posed.check_fields, "reply": reply})
    said = await context.calls.ask(
        Ask(here("checker", "check", task=posed.name), prompt, temperature=0.0), lambda reply: reply.text
    )
    if isinstance(said, Fault) and said.error == _UNUSABLE:
        return {"checked": [(posed.name, "")]}
    return {"checked": [(posed.name, said if isinstance(said, Fault) else said[0])]}


async def score(state: EvaluationState, runtime: Runtime[EvaluationContext]) -> dict[str, object]:
    """Read every reply in every way, and compare with what is right."""
    benchmark = runtime.context.actions.benchmark
    counts = benchmark.reading(runtime.context.config)
    heard, checked = _list_heard(state), dict(state.get("checked", []))
    answers: list[Answer] = []
    for posed in state["posed"]:
        reply, said = heard[posed.name], checked.get(posed.name)
        if isinstance(reply, Heard):
            readings = score_reply(benchmark.rules, posed, reply, said)
            answers += [Answer(posed=posed, heard=reply, readings=readings)] if counts in readings else []
    faults = tuple(_list_faults(state["posed"], heard, checked))
    return {"answers": tuple(answers), "faults": faults}


def _list_heard(state: EvaluationState) -> dict[str, Heard | Fault]:
    """What became of each ask; those that lack a picture were not made."""
    lacking = state.get("lacking", {})
    missed = {one.name: lacking[sight] for one in state["posed"] for sight in one.sights if sight in lacking}
    return {**dict(state.get("heard", [])), **missed}


def _list_faults(
    asked: Sequence[Posed], heard: Mapping[str, Heard | Fault], checked: Mapping[str, str | Fault]
) -> Iterator[tuple[Posed, Fault]]:
    """What went wrong with each ask: its reply, or the check that one of its readings waits for."""
    for posed in asked:
        for said in (heard[posed.name], checked.get(posed.name)):
            if isinstance(said, Fault):
                yield posed, said


async def after_bring(state: EvaluationState) -> list[Send] | str:
    """Show the visible-light pictures too, if an ask needs them."""
    if "fault" in state:
        return END
    wanted = any("visible" in one.sights for one in state["posed"]) and "lacking" not in state
    return "show" if wanted else _send_asks(state)


async def after_show(state: EvaluationState) -> list[Send] | str:
    """Ask everything side by side."""
    return END if "fault" in state else _send_asks(state)


async def after_read(
    state: EvaluationState, runtime: Runtime[EvaluationContext]
) -> list[Send] | Literal["score"]:
    """Have the checker read what rules cannot, where there is one."""
    if not runtime.context.config.has_checker:
        return "score"
    heard, rules = _list_heard(state), runtime.context.actions.benchmark.rules
    replies = [(one, heard[one.name]) for one in state["posed"]]
    doubtful = list_doubtful(rules, [(one, reply) for one, reply in replies if isinstance(reply, Heard)])
    sends: list[Any] = [Send("check", CheckState(posed=one, heard=reply)) for one, reply in doubtful]
    return sends or "score"


def _send_asks(state: EvaluationState) -> list[Send]:
    variants: dict[str, list[Posed]] = {}
    for one in state["posed"]:
        if not state.get("lacking", {}).keys() & set(one.sights):
            variants.setdefault(one.variant, []).append(one)
    pictures = state["pictures"]
    return [Send("ask", AskState(posed=tuple(some), pictures=pictures)) for some in variants.values()]


def hear(reply: ReplyText) -> Heard:
    """A reply as it came: whatever it is, it was an answer."""
    return Heard(
        text=reply.text,
        thinking=reply.thinking,
        finish=reply.finish_reason,
        first_tokens=reply.first_tokens,
    )


def lay_out(prompt: Prompt) -> Prompt:
    """The text on lines of its own, every one indented, as in a program's source."""
    lines = (f"    {line}" if line else line for line in prompt.user.splitlines())
    return replace(prompt, user="\n" + "\n".join(lines) + "\n")


def build_evaluation_graph() -> StateGraph[EvaluationState, Any, Given, EvaluationState]:
    """Wire the nodes; the caller compiles."""
    graph: StateGraph[EvaluationState, Any, Given, EvaluationState] = StateGraph(
        EvaluationState, Context, input_schema=Given
    )
    for node in (bring, show, read, score):
        graph.add_node(node)
    graph.add_node("ask", ask, input_schema=AskState)
    graph.add_node("check", check, input_schema=CheckState)
    graph.add_edge(START, "bring")
    graph.add_conditional_edges("bring", after_bring, ["show", "ask", END])
    graph.add_conditional_edges("show", after_show, ["ask", END])
    graph.add_edge("ask", "read")
    graph.add_conditional_edges("read", after_read, ["check", "score"])
    graph.add_edge("check", "score")
    graph.add_edge("score", END)
    return graph
