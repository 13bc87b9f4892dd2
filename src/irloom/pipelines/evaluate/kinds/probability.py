"""Answers that are a probability: P(yes) by the first tokens of a reply, or a number that it states."""

import re

from irloom.agents.probability import weigh_yes
from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.kinds.plain import NUMBER, choose_told, plain_answer, plain_number
from irloom.pipelines.evaluate.records import Heard, Posed

_WHOLES = "1(?:[.,]0+)?|10|100"
_SHARE = re.compile(
    rf"({NUMBER})\s*(?:(%|per\s?cent\b|percent\b|百分)|(?:/|\bout of\b)\s*({_WHOLES})(?![\d%]|[.,]\d))?",
    re.IGNORECASE,
)
_SCALE = re.compile(
    rf"\b(?:from|between)\s+0(?:[.,]0+)?\s*%?\s+(?:to|and)\s+(?:{_WHOLES})\s*%?(?!\d)", re.IGNORECASE
)
"""A scale that the reply repeats."""
_PERCENT_CN = re.compile(r"百分之\s*(\d+(?:\.\d+)?)")


def read_probability(heard: Heard, posed: Posed) -> str | None:
    """The chance of a yes in 0..1, with up to six digits; None where the reply tells none.

    First tokens count where the ask wanted them, whatever was said in the end. Else one number is wanted: a
    share such as 0.8, per cent, or so many out of 10 or 100. A bare number above 1 leaves a doubt.
    """
    chance = weigh_yes(heard.first_tokens) if heard.first_tokens else _read_stated(plain_answer(heard))
    return None if chance is None else f"{chance:.6g}"


def make_probability(threshold: float | None = None) -> Rule:
    """Reads a probability.

    It is a score and neither right nor wrong, unless a `threshold` from which on it is a yes is given: then
    the right answer is `yes` or `no`.
    """
    return Rule(
        read=read_probability,
        read_check=lambda said, heard, posed: read_probability(Heard(text=said), posed),
        is_right=None if threshold is None else lambda read, posed: _is_yes(read, threshold, posed),
    )


def _is_yes(read: str, threshold: float, posed: Posed) -> bool:
    return (float(read) >= threshold) == (posed.right == "yes")


def _read_stated(text: str) -> float | None:
    """The only chance that a text states, or the one that it calls its answer."""
    text = _PERCENT_CN.sub(r"\1%", _SCALE.sub("", text))
    matches = list(_SHARE.finditer(text))
    chances = [_weigh(match) for match in matches]
    if len(set(chances)) == 1:
        return chances[0]
    starts = [match.start() for match in matches]
    told = set(choose_told(text, list(zip(starts, chances, strict=True))))
    return told.pop() if len(told) == 1 else None


def _weigh(match: re.Match[str]) -> float | None:
    """A number with what it is a share of, in 0..1; None where it cannot be one."""
    whole = 100.0 if match[2] else float(match[3].replace(",", ".")) if match[3] else 1.0
    chance = float(plain_number(match[1])) / whole
    return chance if 0 <= chance <= 1 else None
