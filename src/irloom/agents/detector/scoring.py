"""Asks a detector about sentences, each once, and reads its scores."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from irloom.agents.detecting import PICTURES, SCORE_PROMPTS, DetectorAnswer, Shown, read_score
from irloom.agents.detector.state import DetectorContext
from irloom.agents.probability import weigh_yes
from irloom.agents.replies import read_text
from irloom.errors import ModelReplyError
from irloom.protocols import Ask, Place, ReplyText
from irloom.records import Fault

_FIRST_TOKENS = 20
"""How many likely first words an endpoint lists, where the probability of "yes" is the score."""
_LONGEST_WORD = 16
"""Tokens of a reply of which the first word counts."""


async def score_sentences(
    sentences: Sequence[str], picture: str, place: Place, context: DetectorContext, asked: int = 0
) -> dict[str, float] | Fault:
    """The score of each sentence, 0..100; `asked` is how many were asked about at this place before."""
    different = list(dict.fromkeys(sentences))
    places = (replace(place, candidate=asked + number) for number in range(len(different)))
    found = await asyncio.gather(
        *(_score(one, picture, where, context) for one, where in zip(different, places, strict=True))
    )
    scores: dict[str, float] = {}
    for sentence, score in zip(different, found, strict=True):
        if isinstance(score, Fault):
            return score
        scores[sentence] = score
    return scores


def _name_shown(context: DetectorContext) -> Shown:
    """What the picture is: of an infrared one, whether it shows heat."""
    spectrum = context.config.verify_on
    return "tones" if spectrum == "infrared" and context.actions.shows == "tones" else spectrum


async def _score(sentence: str, picture: str, place: Place, context: DetectorContext) -> float | Fault:
    answer = context.config.verify_answer
    by_number = answer == "number"
    ask = Ask(
        place,
        context.prompts.render(
            SCORE_PROMPTS[answer], sentence=sentence, picture=PICTURES[_name_shown(context)]
        ),
        temperature=0.0,
        images=(picture,),
        max_tokens=None if by_number else _LONGEST_WORD,
        top_logprobs=0 if by_number else _FIRST_TOKENS,
    )
    found = await context.calls.ask(ask, READERS[answer])
    return found if isinstance(found, Fault) else found[0]


def read_number(reply: ReplyText) -> float:
    """The number of a reply, 0..100. Raises ModelReplyError where there is none: nothing is accepted then."""
    score = read_score(reply.text)
    if score is not None:
        return score
    raise ModelReplyError(f"no number from 0 to 100 was found in the reply: {read_text(reply)[:200]!r}")


def read_probability(reply: ReplyText) -> float:
    """How likely the reply begins with "yes" rather than "no", 0..100. Raises ModelReplyError for neither."""
    chance = weigh_yes(reply.first_tokens)
    if chance is None:
        text = read_text(reply)[:200]
        raise ModelReplyError(f"the detector is likely to answer neither yes nor no: {text!r}")
    return 100 * chance


READERS: dict[DetectorAnswer, Callable[[ReplyText], float]] = {
    "number": read_number,
    "probability": read_probability,
}
