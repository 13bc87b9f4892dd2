"""The steps of the Caption Agent (Infrared-LLaVA, section 3.1)."""

import asyncio
from collections.abc import Sequence

from langgraph.runtime import Runtime

from irloom.agents.caption.candidates import choose, list_candidates
from irloom.agents.caption.replies import ALL_CAPTIONS, ALL_CAPTIONS_FORM, read_all_captions, read_caption
from irloom.agents.caption.state import CaptionContext, CaptionState, Filtered, OneCaption
from irloom.agents.caption.vqa import score_by_asking
from irloom.agents.context import here, list_lines
from irloom.options import VqaOptions
from irloom.protocols import Ask, Unreadable
from irloom.records import Captioned, Fault


async def translate(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Turn the visible image into an infrared one, which keeps captions and boxes valid."""
    infrared = await runtime.context.actions.translate()
    return {"faults": [infrared]} if isinstance(infrared, Fault) else {"infrared": infrared}


async def filter_caption(state: OneCaption, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Rewrite one caption under the standing rules, several times."""
    context = runtime.context
    prompt = context.prompts.render("caption/filter", caption=state["text"], rules=list_lines(state["rules"]))
    place = here("caption", "filter", caption=state["caption"])
    ask = Ask(place, prompt, n=context.config.candidates, temperature=context.config.temperature)
    texts = await context.calls.ask(ask, read_caption)
    if isinstance(texts, Fault):
        return {"faults": [texts]}
    return {"filtered": [Filtered(caption=state["caption"], texts=texts)]}


async def filter_all(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Rewrite all captions of the image in one structured request."""
    context = runtime.context
    captions = state["sample"].captions
    prompt = context.prompts.render(
        "caption/filter_all",
        captions="\n".join(f"{number}. {text}" for number, text in enumerate(captions, 1)),
        rules=list_lines(state["rules"]),
        count=str(context.config.candidates),
    )
    ask = Ask(
        here("caption", "filter"),
        prompt,
        temperature=context.config.temperature,
        schema=ALL_CAPTIONS,
    )
    return _take_all(await context.calls.ask(ask, lambda reply: read_all_captions(reply, len(captions))))


async def repair_all(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Ask once more for a reply that was not in the form asked for."""
    context = runtime.context
    text, problem = state["unreadable"]
    prompt = context.prompts.render("repair", form=ALL_CAPTIONS_FORM, problem=problem, reply=text)
    ask = Ask(here("caption", "filter", repair=1), prompt, schema=ALL_CAPTIONS)
    count = len(state["sample"].captions)
    return _take_all(await context.calls.ask(ask, lambda reply: read_all_captions(reply, count, final=True)))


async def select(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Score every candidate against the infrared image, and keep the best of each caption."""
    filtered = sorted(state.get("filtered", []), key=lambda one: one.caption)
    chosen = await asyncio.gather(*(_select_one(one, state, runtime.context) for one in filtered))
    return {
        "captioned": [one for one in chosen if isinstance(one, Captioned)],
        "faults": [one for one in chosen if isinstance(one, Fault)],
    }


async def keep_originals(state: CaptionState) -> CaptionState:
    """Ablation: no filtering, so that each caption is its own only candidate."""
    return {"filtered": [Filtered(caption=index, texts=()) for index in range(len(state["sample"].captions))]}


async def _select_one(one: Filtered, state: CaptionState, context: CaptionContext) -> Captioned | Fault:
    original = state["sample"].captions[one.caption]
    scores: tuple[float, ...] | Fault | None = None
    if context.config.scoring:
        scores = await _score(one.caption, state["infrared"].image, [*one.texts, original], context)
    if isinstance(scores, Fault):
        return scores
    candidates = list_candidates(one.texts, original, scores, state["rules"], context.actions.lexicon)
    chosen = choose(candidates, context.config.original, context.config.scoring)
    return Captioned(caption=one.caption, original=original, text=chosen.text, candidates=candidates)


async def _score(
    caption: int, image: str, texts: Sequence[str], context: CaptionContext
) -> tuple[float, ...] | Fault:
    options = context.config.scorer
    if isinstance(options, VqaOptions):
        return await score_by_asking(caption, image, texts, options, context)
    return await context.actions.score(caption, image, texts)


def _take_all(read: tuple[tuple[tuple[str, ...], ...] | Unreadable, ...] | Fault) -> CaptionState:
    if isinstance(read, Fault):
        return {"faults": [read]}
    rewrites = read[0]
    if isinstance(rewrites, Unreadable):
        return {"unreadable": (rewrites.text, rewrites.problem)}
    return {"filtered": [Filtered(caption=index, texts=texts) for index, texts in enumerate(rewrites)]}
