"""Reads how likely a model would have answered yes, from the log-probabilities of its first word."""

import math

from irloom.agents.replies import read_text
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText

LEAST_CHANCE = 0.01
"""Where "yes" and "no" together are less likely, the model is not answering the question."""


def read_yes(reply: ReplyText) -> float:
    """P(yes) / (P(yes) + P(no)) over the likeliest first tokens, whatever the model said after them."""
    if reply.finish_reason != "length" or not reply.first_tokens:
        read_text(reply)
    chances = {word: _add_chances(reply, word) for word in ("yes", "no")}
    total = sum(chances.values())
    if total < LEAST_CHANCE:
        likely = ", ".join(repr(token) for token, _ in reply.first_tokens[:5])
        raise ModelReplyError(f"the model answers neither yes nor no; it would rather begin with {likely}")
    return chances["yes"] / total


def _add_chances(reply: ReplyText, word: str) -> float:
    """How likely the answer begins with a word, whatever its case and the mark of the space before it."""
    return math.fsum(
        math.exp(logprob)
        for token, logprob in reply.first_tokens
        if token.strip(" \t\r\n▁Ġ\"'*").lower() == word
    )
