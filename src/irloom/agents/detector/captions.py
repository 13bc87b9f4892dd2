"""Holds each chosen caption against the picture; one that is doubted gives way to the next best."""

import asyncio
from collections.abc import Mapping

from langgraph.runtime import Runtime

from irloom.agents.context import here
from irloom.agents.detector.doubts import find_doubted, tell_doubts
from irloom.agents.detector.scoring import score_sentences
from irloom.agents.detector.state import CaptionsState, DetectorContext
from irloom.agents.detector.statements import split_caption
from irloom.records import Captioned, Doubted, Fault, RejectedCaption, SentenceScore


async def verify_captions(state: CaptionsState, runtime: Runtime[DetectorContext]) -> CaptionsState:
    """Keep the captions whose every sentence reaches the threshold; without a score nothing is kept."""
    context = runtime.context
    shown = await _find_picture(state, context)
    if isinstance(shown, Fault):
        return {"captioned": [], "faults": [shown]}
    ended = await asyncio.gather(*(_verify(one, shown, context) for one in state["captioned"]))
    return {
        "captioned": [one for one in ended if isinstance(one, Captioned)],
        "rejected": [one for one in ended if isinstance(one, RejectedCaption)],
        "faults": [one for one in ended if isinstance(one, Fault)],
        "shown": shown,
    }


async def _find_picture(state: CaptionsState, context: DetectorContext) -> str | Fault:
    if context.config.verify_on == "infrared":
        return state["infrared"].image
    return await context.actions.bring_visible()


async def _verify(
    one: Captioned, shown: str, context: DetectorContext
) -> Captioned | RejectedCaption | Fault:
    """Try the texts in their order, one after the other: those behind the first good one are not paid."""
    above = context.config.verify_above
    assert above is not None, "the configuration refuses a detector without a threshold"
    place, known, tried = here("detector", "verify", caption=one.caption), dict[str, float](), list[Doubted]()
    for text in (one.text, *one.others):
        sentences = split_caption(text)
        new = [sentence for sentence in sentences if sentence not in known]
        found = await score_sentences(new, shown, place, context, asked=len(known))
        if isinstance(found, Fault):
            return found
        known |= found
        scores = _list_scores(sentences, known)
        if not find_doubted(scores, above):
            return one.model_copy(update={"text": text, "scores": scores, "gave_way": tuple(tried)})
        tried.append(Doubted(text=text, scores=scores))
    return _reject(one, tuple(tried), above)


def _list_scores(sentences: list[str], known: Mapping[str, float]) -> tuple[SentenceScore, ...]:
    return tuple(SentenceScore(sentence=sentence, score=known[sentence]) for sentence in sentences)


def _reject(one: Captioned, tried: tuple[Doubted, ...], above: float) -> RejectedCaption:
    reason = tell_doubts(find_doubted(tried[0].scores, above), above)
    others = len(tried) - 1
    more = (
        "" if not others else f" Its {others} other candidate{'s are' if others > 1 else ' is'} doubted too."
    )
    return RejectedCaption(
        caption=one.caption,
        original=one.original,
        candidates=one.candidates,
        stage="verify",
        reason=reason + more,
        gave_way=tried,
    )
