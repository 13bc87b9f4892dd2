"""Reads a rating: a word of five, or the mean of all by how likely each is (Q-Align, arXiv 2312.17090)."""

import math
import re
from collections.abc import Sequence

from irloom.agents.probability import LEAST_CHANCE
from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.kinds.plain import plain_answer
from irloom.pipelines.evaluate.records import Heard, Posed

WEIGHTS = {"excellent": 5, "good": 4, "fair": 3, "poor": 2, "bad": 1}
_WORD = re.compile(rf"\b({'|'.join(WEIGHTS)})\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|neither|nor|no)\b|n['’]t\b", re.IGNORECASE)


def read_rating(heard: Heard, posed: Posed) -> str | None:
    """A number from 1 to 5, with up to six digits; None where the reply leaves a doubt.

    Probabilities count where the ask wanted them, whatever was said in the end. Else one of the words is
    wanted, and no other of them.
    """
    if posed.top_logprobs:
        mean = weigh_words(heard.first_tokens)
        return None if mean is None else f"{mean:.6g}"
    text = plain_answer(heard)
    found = {word.lower() for word in _WORD.findall(text)}
    if len(found) != 1 or _DENIED.search(text):
        return None
    return str(WEIGHTS[found.pop()])


def weigh_words(first_tokens: Sequence[tuple[str, float]]) -> float | None:
    """The mean weight of the words by the chance of each as first token; None where none is likely.

    A token may be the beginning of a word: no two of the words begin alike.
    """
    chances = {word: _add_chances(first_tokens, word) for word in WEIGHTS}
    whole = math.fsum(chances.values())
    if whole < LEAST_CHANCE:
        return None
    return math.fsum(WEIGHTS[word] * chance for word, chance in chances.items()) / whole


def _add_chances(first_tokens: Sequence[tuple[str, float]], word: str) -> float:
    plain = ((token.strip(" \t\r\n▁Ġ\"'*").lower(), logprob) for token, logprob in first_tokens)
    return math.fsum(math.exp(logprob) for token, logprob in plain if token and word.startswith(token))


RULES = {"quality": Rule(read=read_rating, read_check=lambda said, heard, posed: None, is_right=None)}
