"""The steps of the Debate Agent (Infrared-LLaVA, section 3.3)."""

from langgraph.runtime import Runtime

from irloom.agents.asking import ask_in_form
from irloom.agents.context import here, list_boxes, list_lines
from irloom.agents.debate.replies import (
    RULE,
    RULE_FORM,
    VERDICTS,
    name_judge_prompt,
    read_rule,
    read_verdict,
    read_verdict_finally,
)
from irloom.agents.debate.state import DebateContext, DebateState, Given
from irloom.protocols import Ask, Prompt
from irloom.records import Fault, MinedRule, Verdict


async def judge(state: Given, runtime: Runtime[DebateContext]) -> DebateState:
    """Ask whether an infrared camera could support the instruction."""
    context = runtime.context
    images = (state["image"],) if "image" in context.config.judge_sees else ()
    place = here("debate", "judge", task=state["task"], round=state["round"])
    schema, form = VERDICTS[context.config.reason_first]
    ask = Ask(place, _render_judge(state, context), temperature=0.0, schema=schema, images=images)
    lexicon = context.actions.lexicon
    judged = await ask_in_form(
        context,
        ask,
        lambda reply: read_verdict(reply, lexicon),
        form,
        finish=lambda reply: read_verdict_finally(reply, lexicon),
    )
    return {"judged": judged, "mined": None}


async def mine_rule(state: DebateState, runtime: Runtime[DebateContext]) -> DebateState:
    """Turn the reason of a rejection into a rule for the caption filter."""
    verdict = state["judged"]
    assert isinstance(verdict, Verdict)
    category = verdict.category or "other"
    prompt = runtime.context.prompts.render(
        "debate/mine", category=category, reason=verdict.reason, rules=list_lines(state["rules"])
    )
    place = here("debate", "mine", task=state["task"], round=state["round"])
    ask = Ask(place, prompt, temperature=0.0, schema=RULE)
    rule = await ask_in_form(runtime.context, ask, read_rule, RULE_FORM)
    if isinstance(rule, Fault):
        return {"mined": rule}
    mined = MinedRule(
        rule=rule, task=state["task"], round=state["round"], category=category, reason=verdict.reason
    )
    return {"mined": mined}


def _render_judge(state: Given, context: DebateContext) -> Prompt:
    instruction = state["instruction"].as_text()
    name = name_judge_prompt(context.config.judge_sees, context.config.reason_first)
    if "captions" not in context.config.judge_sees:
        return context.prompts.render(name, instruction=instruction)
    return context.prompts.render(
        name,
        instruction=instruction,
        captions=list_lines(state["captions"], mark=""),
        boxes=list_boxes(state["boxes"], context.config.boxes_as),
        heat=list_lines(state["heat"], mark=""),
    )
