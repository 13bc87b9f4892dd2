"""The likeliest first tokens of an answer, as chat-completions servers give them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from irloom.errors import EndpointRefused
from irloom.protocols import ReplyText


def read_first_tokens(
    logprobs: Any, answer: str, thinking: str | None = None
) -> tuple[tuple[str, float], ...]:
    """Tokens and log-probabilities at the place where the answer begins; none where the server gives none.

    What the model thought aloud comes before it, and blank tokens may.
    """
    content = logprobs.get("content") if isinstance(logprobs, Mapping) else None
    places = [place for place in content if _names_token(place)] if isinstance(content, list) else []
    start = "".join(place["token"] for place in places).rfind(answer.strip())
    if not answer.strip() or (start < 0 and thinking):
        return ()  # some servers spell tokens otherwise than texts: harmless, unless thinking comes first
    end = 0
    for place in places:
        end += len(place["token"])
        if end > start and place["token"].strip():
            return _read_alternatives(place)
    return ()


def check_given(texts: Sequence[ReplyText]) -> None:
    """Refuse an endpoint that was asked for log-probabilities and answered as if it had not been."""
    for text in texts:
        if text.text.strip() and not text.first_tokens:
            raise EndpointRefused(
                f"The endpoint gave no log-probabilities with its answer {text.text[:80]!r}, though it was "
                'asked for them: set `answer = "number"` under [scorer], or name another endpoint under '
                "[scorer.chat]; a detector is told so by `--answer number`, in the infrared flow by "
                "`--verify-answer number`."
            )


def _read_alternatives(place: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    listed = place.get("top_logprobs")
    found = [one for one in listed if _names_token(one)] if isinstance(listed, list) else []
    pairs = ((one["token"], one.get("logprob")) for one in found or [place])
    return tuple(
        (token.encode("utf-8", "replace").decode("utf-8"), min(float(value), 0.0))
        for token, value in pairs
        if isinstance(value, int | float) and math.isfinite(value)
    )


def _names_token(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("token"), str)
