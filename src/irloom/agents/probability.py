"""How likely a reply begins with yes rather than no, by the likeliest first tokens of its answer."""

import math
from collections.abc import Sequence

LEAST_CHANCE = 0.01
"""Where "yes" and "no" together are less likely, the model is not answering the question."""


def weigh_yes(first_tokens: Sequence[tuple[str, float]]) -> float | None:
    """P(yes) / (P(yes) + P(no)) of tokens with their log-probabilities; None where neither is likely."""
    yes, no = (_add_chances(first_tokens, word) for word in ("yes", "no"))
    return yes / (yes + no) if yes + no >= LEAST_CHANCE else None


def _add_chances(first_tokens: Sequence[tuple[str, float]], word: str) -> float:
    """How likely the answer begins with a word, whatever its case and the mark of the space before it."""
    return math.fsum(
        math.exp(logprob) for token, logprob in first_tokens if token.strip(" \t\r\n▁Ġ\"'*").lower() == word
    )
