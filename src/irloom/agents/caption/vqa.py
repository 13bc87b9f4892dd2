"""Scores captions by showing the infrared image to a chat model and asking about each of them."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from irloom.agents.caption.state import CaptionContext
from irloom.agents.context import here
from irloom.agents.probability import weigh_yes
from irloom.agents.replies import read_text
from irloom.errors import ModelReplyError
from irloom.options import VqaOptions
from irloom.protocols import Ask, Place, ReplyText
from irloom.records import Fault

SCORE_PROMPTS: Mapping[Literal["logprobs", "number"], str] = {
    "logprobs": "score/yes_no",
    "number": "score/number",
}
_OUT_OF = re.compile(r"(/|\bout of\b|\bof\b|\bfrom 0 to\b)\s*100\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)")


async def score_by_asking(
    caption: int, image: str, texts: Sequence[str], options: VqaOptions, context: CaptionContext
) -> tuple[float, ...] | Fault:
    """One score in 0..1 a text, in order; each text is asked about once, however often it stands there."""
    places = {text: here("caption", "score", caption=caption, candidate=i) for i, text in _first(texts)}
    asked = await asyncio.gather(
        *(_score(place, text, image, options, context) for text, place in places.items())
    )
    scores: dict[str, float] = {}
    for text, score in zip(places, asked, strict=True):
        if isinstance(score, Fault):
            return score
        scores[text] = score
    return tuple(scores[text] for text in texts)


def _first(texts: Sequence[str]) -> list[tuple[int, str]]:
    return [(index, text) for index, text in enumerate(texts) if text not in texts[:index]]


async def _score(
    place: Place, text: str, image: str, options: VqaOptions, context: CaptionContext
) -> float | Fault:
    by_number = options.answer == "number"
    read: Callable[[ReplyText], float] = read_number if by_number else read_yes
    ask = Ask(
        place,
        context.prompts.render(SCORE_PROMPTS[options.answer], caption=text),
        temperature=0.0,  # log-probabilities mean the same then, whether a server scales them before or after
        images=(image,),
        max_tokens=options.max_tokens,
        top_logprobs=0 if by_number else options.top_logprobs,
        seat="scorer",
    )
    answers = await context.calls.ask(ask, read)
    return answers if isinstance(answers, Fault) else answers[0]


def read_yes(reply: ReplyText) -> float:
    """P(yes) / (P(yes) + P(no)) over the likeliest first tokens, whatever the model said after them."""
    if reply.finish_reason != "length" or not reply.first_tokens:
        read_text(reply)
    chance = weigh_yes(reply.first_tokens)
    if chance is None:
        likely = ", ".join(repr(token) for token, _ in reply.first_tokens[:5])
        raise ModelReplyError(f"the model answers neither yes nor no; it would rather begin with {likely}")
    return chance


def read_number(reply: ReplyText) -> float:
    """The one number from 0 to 100 in a reply, as a share."""
    text = read_text(reply)
    numbers = _NUMBER.findall(_OUT_OF.sub("", text))
    if len(numbers) != 1 or not 0 <= float(numbers[0]) <= 100:
        raise ModelReplyError(f"no single number from 0 to 100 was found in the reply: {text[:200]!r}")
    return float(numbers[0]) / 100
