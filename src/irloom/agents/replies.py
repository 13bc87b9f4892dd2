"""Reads what models answer: cut, refused and empty replies are errors, JSON is found inside prose."""

import json
import re
from typing import Any

from irloom.errors import ModelReplyError
from irloom.ports import ReplyText

_REFUSAL = re.compile(
    r"\W*(i['’]?m (very )?sorry|i am (very )?sorry|sorry[,.]|i can(no|['’])t (assist|help|comply|do that)|"
    r"i cannot (assist|help|comply)|i['’]?m (unable|not able) to|i am (unable|not able) to)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"Question:\s*(?P<question>.+?)\s*^\W*Answer:\s*(?P<answer>.+?)\s*(?=^\W*={3}|^\W*Question:|\Z)",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)


def read_text(reply: ReplyText) -> str:
    """The text of a whole reply; ModelReplyError where it was cut, refused or is empty."""
    text = reply.text.strip()
    match reply.finish_reason:
        case "length":
            raise ModelReplyError(
                f"the reply was cut at the token limit, after {text[-60:]!r}: raise `max_tokens`"
            )
        case "content_filter":
            raise ModelReplyError("the endpoint's content filter held the reply back")
        case "refusal":
            raise ModelReplyError(f"the model refused: {text[:200]!r}")
        case "stop" | "other":
            pass
    if not text:
        raise ModelReplyError("the reply is empty")
    if _REFUSAL.match(text):
        raise ModelReplyError(f"the model refused: {text[:200]!r}")
    return text


def find_json(text: str) -> dict[str, Any] | None:
    """The first JSON object in a text, whatever stands around it; None if there is none."""
    decoder = json.JSONDecoder(strict=False)
    for start in (match.start() for match in re.finditer(r"\{", text)):
        try:
            value, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            continue
        if isinstance(value, dict):
            return value
    return None


def looks_like_json(text: str) -> bool:
    """Whether somebody tried to write JSON, so that prose is not what they meant."""
    return text.lstrip().startswith(("{", "[", "```"))


def find_pairs(text: str) -> list[tuple[str, str]]:
    """Questions and answers of a plain-text reply (`Question: …`, `Answer: …`, `===` between them)."""
    return [(_clean(match["question"]), _clean(match["answer"])) for match in _PAIR.finditer(text)]


def _clean(text: str) -> str:
    return text.strip().strip("*").strip()
