"""The steps of the Caption Agent (Infrared-LLaVA, section 3.1)."""

import asyncio
from collections.abc import Sequence

from langgraph.runtime import Runtime

from irloom.agents.caption.candidates import choose, is_clean, list_candidates
from irloom.agents.caption.replies import ALL_CAPTIONS_FORM, build_schema, read_all_captions, read_caption
from irloom.agents.caption.state import CaptionContext, CaptionState, Filtered, OneCaption
from irloom.agents.caption.vqa import score_by_asking
from irloom.agents.context import here, list_lines
from irloom.errors import ModelReplyError
from irloom.options import VqaOptions
from irloom.protocols import Ask, Place, Unreadable
from irloom.records import Captioned, Fault


async def translate(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Turn the visible image into an infrared one, which keeps captions and boxes valid."""
    infrared = await runtime.context.actions.translate()
    return {"faults": [infrared]} if isinstance(infrared, Fault) else {"infrared": infrared}


async def filter_caption(state: OneCaption, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Rewrite one caption under the standing rules, several times.

    Where no rewrite can be read the original stands in, as long as it breaks no rule.
    """
    context, original = runtime.context, state["text"]
    prompt = context.prompts.render("caption/filter", caption=original, rules=list_lines(state["rules"]))
    place = here("caption", "filter", caption=state["caption"])
    ask = Ask(
        place,
        prompt,
        n=context.config.candidates,
        temperature=context.config.temperature,
        longest=3 * len(original) + 200,
    )
    read = await context.calls.ask(ask, lambda reply: read_caption(reply, original))
    if isinstance(read, Fault):
        return {"faults": [read]}
    texts = tuple(text for text in read if isinstance(text, str))
    unreadable = next((one for one in read if isinstance(one, Unreadable)), None)
    lexicon = context.actions.lexicon
    if unreadable is not None and not texts and not is_clean(original, state["rules"], lexicon):
        return {"faults": [_blame(place, unreadable)]}
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
        schema=build_schema(len(captions), context.config.candidates),
    )
    return _take_all(await context.calls.ask(ask, lambda reply: read_all_captions(reply, captions)))


async def repair_all(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Ask once more for a reply that was not in the form asked for."""
    context = runtime.context
    text, problem = state["unreadable"]
    prompt = context.prompts.render("repair", form=ALL_CAPTIONS_FORM, problem=problem, reply=text)
    captions = state["sample"].captions
    schema = build_schema(len(captions), context.config.candidates)
    ask = Ask(here("caption", "filter", repair=1), prompt, schema=schema)
    return _take_all(
        await context.calls.ask(ask, lambda reply: read_all_captions(reply, captions, final=True))
    )


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


def _blame(place: Place, unreadable: Unreadable) -> Fault:
    """None of the rewrites can be used."""
    return Fault(
        stage=place.stage, error=ModelReplyError.__name__, message=unreadable.problem, caption=place.caption
    )


def _take_all(read: tuple[tuple[tuple[str, ...], ...] | Unreadable, ...] | Fault) -> CaptionState:
    if isinstance(read, Fault):
        return {"faults": [read]}
    rewrites = read[0]
    if isinstance(rewrites, Unreadable):
        return {"unreadable": (rewrites.text, rewrites.problem)}
    return {"filtered": [Filtered(caption=index, texts=texts) for index, texts in enumerate(rewrites)]}
