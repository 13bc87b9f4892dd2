"""The steps of the Debate Agent (Infrared-LLaVA, section 3.3)."""

from langgraph.runtime import Runtime

from irloom.agents.context import here, list_boxes, list_lines
from irloom.agents.debate.replies import RULE, VERDICT, name_judge_prompt, read_rule, read_verdict
from irloom.agents.debate.state import DebateContext, DebateState, Given
from irloom.protocols import Ask, Prompt
from irloom.records import Fault, MinedRule, Verdict


async def judge(state: Given, runtime: Runtime[DebateContext]) -> DebateState:
    """Ask whether an infrared camera could support the instruction."""
    context = runtime.context
    images = (state["image"],) if "image" in context.config.judge_sees else ()
    place = here("debate", "judge", task=state["task"], round=state["round"])
    ask = Ask(place, _render_judge(state, context), schema=VERDICT, images=images)
    read = await context.calls.ask(ask, lambda reply: read_verdict(reply, context.actions.lexicon))
    return {"judged": read if isinstance(read, Fault) else read[0], "mined": None}


async def mine_rule(state: DebateState, runtime: Runtime[DebateContext]) -> DebateState:
    """Turn the reason of a rejection into a rule for the caption filter."""
    verdict = state["judged"]
    assert isinstance(verdict, Verdict)
    category = verdict.category or "other"
    prompt = runtime.context.prompts.render(
        "debate/mine", category=category, reason=verdict.reason, rules=list_lines(state["rules"])
    )
    place = here("debate", "mine", task=state["task"], round=state["round"])
    read = await runtime.context.calls.ask(Ask(place, prompt, schema=RULE), read_rule)
    if isinstance(read, Fault):
        return {"mined": read}
    mined = MinedRule(
        rule=read[0], task=state["task"], round=state["round"], category=category, reason=verdict.reason
    )
    return {"mined": mined}


def _render_judge(state: Given, context: DebateContext) -> Prompt:
    instruction = state["instruction"].as_text()
    name = name_judge_prompt(context.config.judge_sees)
    if "captions" not in context.config.judge_sees:
        return context.prompts.render(name, instruction=instruction)
    return context.prompts.render(
        name,
        instruction=instruction,
        captions=list_lines(state["captions"], mark=""),
        boxes=list_boxes(state["boxes"]),
    )
