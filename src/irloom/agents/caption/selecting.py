"""The last step of the Caption Agent: each caption's best candidate, or why there is none."""

import asyncio
from collections.abc import Sequence
from typing import Literal

from langgraph.runtime import Runtime

from irloom.agents.caption.candidates import (
    Written,
    covers_all,
    find_breaks,
    is_clean,
    list_candidates,
    rank,
)
from irloom.agents.caption.state import CaptionContext, CaptionState, Filtered, Unfinished
from irloom.agents.caption.vqa import score_by_asking
from irloom.options import VqaOptions
from irloom.records import Candidate, Captioned, Fault, RejectedCaption

_MOST_WORDS = 5
"""Forbidden words that a reason names."""


async def select(state: CaptionState, runtime: Runtime[CaptionContext]) -> CaptionState:
    """Score every candidate against the infrared image, and keep the best of each caption."""
    failed = {fault.caption for fault in state.get("faults", [])}
    filtered = sorted(state.get("filtered", []), key=lambda one: one.caption)
    again = {one.caption: one for one in state.get("again", [])}
    ended = await asyncio.gather(
        *(
            _select_one(one, again.get(one.caption), state, runtime.context)
            for one in filtered
            if one.caption not in failed
        )
    )
    return {
        "captioned": [one for one in ended if isinstance(one, Captioned)],
        "rejected": [one for one in ended if isinstance(one, RejectedCaption)],
        "faults": [one for one in ended if isinstance(one, Fault)],
    }


async def _select_one(
    one: Filtered, again: Filtered | None, state: CaptionState, context: CaptionContext
) -> Captioned | RejectedCaption | Fault:
    original, rules = state["sample"].captions[one.caption], state["rules"]
    allowed = "allow" if not context.config.filtering else context.config.original
    written, problem = _finish(_list_written(one, again, original), original, rules, allowed, context)
    nothing = one.nothing or (again.nothing if again is not None else None)
    # Where a rule is beyond the lexicon the model's word stands against an original that looks clean.
    believed = nothing is not None and allowed != "allow" and not covers_all(rules, context.actions.lexicon)
    if problem is not None or (believed and is_clean(original, rules, context.actions.lexicon)):
        candidates = list_candidates(written, None, rules, context.actions.lexicon)
        return _reject(one.caption, original, candidates, nothing, problem)
    scores = await _score(one.caption, state["infrared"].image, [text for text, _ in written], context)
    if isinstance(scores, Fault):
        return scores
    candidates = list_candidates(written, scores, rules, context.actions.lexicon)
    texts = list(dict.fromkeys(each.text for each in rank(candidates, allowed, context.config.scoring)))
    assert texts, "one is clean, or all are allowed"
    return Captioned(
        caption=one.caption,
        original=original,
        text=texts[0],
        candidates=candidates,
        asked=one.asked,
        others=tuple(texts[1:]),
    )


def _list_written(one: Filtered, again: Filtered | None, original: str) -> list[Written]:
    texts = [*one.texts, *(again.texts if again is not None else ())]
    return [*((text, "filtered") for text in texts), (original, "original")]


def _finish(
    written: list[Written],
    original: str,
    rules: Sequence[str],
    allowed: Literal["only_if_clean", "allow"],
    context: CaptionContext,
) -> tuple[list[Written], str | None]:
    """What was written, with the rule engine's edit where all of it breaks a rule; or why there is none."""
    lexicon = context.actions.lexicon
    if allowed == "allow" or any(is_clean(text, rules, lexicon) for text, _ in written):
        return written, None
    if not context.config.finish:
        return written, "the rule engine was not to finish it"
    finished = context.actions.finish(original, rules)
    if isinstance(finished, Unfinished):
        return written, f"the rule engine leaves it, since {finished.reason}"
    if breaks := find_breaks(finished, rules, lexicon):
        return written, f"the rule engine left {', '.join(breaks)}"
    return [*written[:-1], (finished, "embedded"), written[-1]], None


def _reject(
    caption: int,
    original: str,
    candidates: Sequence[Candidate],
    nothing: str | None,
    problem: str | None,
) -> RejectedCaption:
    words = dict.fromkeys(word.lower() for one in candidates for word in one.breaks)
    broken = f"every candidate breaks a rule ({', '.join(list(words)[:_MOST_WORDS])})"
    # The rule engine in place of the model says the same twice.
    said = f": {nothing}" if nothing is not None and nothing not in (problem or "") else ""
    reasons = [broken if nothing is None else f"the model finds nothing left{said}", problem or ""]
    return RejectedCaption(
        caption=caption,
        original=original,
        candidates=tuple(candidates),
        stage="select" if nothing is None else "filter",
        reason="; ".join(reason for reason in reasons if reason),
    )


async def _score(
    caption: int, image: str, texts: Sequence[str], context: CaptionContext
) -> tuple[float, ...] | Fault | None:
    """The scores of some texts; None without scoring."""
    if not context.config.scoring:
        return None
    options = context.config.scorer
    if isinstance(options, VqaOptions):
        return await score_by_asking(caption, image, texts, options, context)
    return await context.actions.score(caption, image, texts)
