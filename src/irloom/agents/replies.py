"""Reads what models answer: cut, refused and empty replies are errors, JSON is found inside prose."""

import json
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText, Unreadable

T = TypeVar("T")

_REFUSAL = re.compile(
    r"\W*(i['’]?m (very |so )?sorry\b|i am (very |so )?sorry\b|sorry[,.!]|i apologi[sz]e\b|as an ai\b|"
    r"i (can['’]t|cannot|can not|won['’]t) (assist|help|comply|provide|fulfil|process|complete|generate|"
    r"create|continue|do (that|this))|i['’]?m (unable|not able) to\b|i am (unable|not able) to\b)",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"\{\s*\"")
_LABEL = re.compile(
    r"[\W\d_]*(?P<label>question|answer)[\s\d*_]*:[*_]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_END = re.compile(r"\W*?={3}")


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
    check_refusal(text)
    return text


def check_refusal(text: str) -> None:
    """Raise ModelReplyError for a text that begins as refusals do, also one inside a structured reply."""
    if _REFUSAL.match(text):
        raise ModelReplyError(f"the model refused: {text[:200]!r}")


def find_json(text: str) -> dict[str, Any] | None:
    """The first JSON object in a text, whatever stands around it; None if there is none.

    Where the first one is cut or broken the search ends: a whole object further on may be a part
    of it, such as the first turn of a conversation.
    """
    start = _OBJECT.search(text)
    if start is None:
        return None
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start.start())
        return {_encodable(key): _encodable(part) for key, part in value.items()}
    except (ValueError, RecursionError):  # ValueError: also a number of more than 4,300 digits
        return None


def looks_like_json(text: str) -> bool:
    """Whether somebody tried to write JSON, so that prose is not what they meant."""
    return text.lstrip().startswith(("{", "[", "```")) or _OBJECT.search(text) is not None


def find_pairs(text: str) -> list[tuple[str, str]]:
    """Questions and answers of a plain-text reply (`Question: …`, `Answer: …`, `===` between them).

    Line by line, because one expression over the whole text takes minutes on a reply of blank lines.
    """
    parts: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if found := _LABEL.match(line):
            parts.append((found["label"].lower(), [found["rest"]]))
        elif _END.match(line):
            parts.append(("", []))
        elif parts:
            parts[-1][1].append(line)
    return [
        (_clean(question), _clean(answer))
        for (first, question), (second, answer) in pairwise(parts)
        if (first, second) == ("question", "answer")
    ]


def _clean(lines: Sequence[str]) -> str:
    """The text of some lines without the other half of a bold mark that went with its label."""
    text = "\n".join(lines).strip()
    return text.removesuffix("**").strip() if text.count("**") % 2 else text


def _encodable(value: Any) -> Any:
    """Replace halves of surrogate pairs, which no file and no request can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(part) for key, part in value.items()}
    return [_encodable(part) for part in value] if isinstance(value, list) else value


def read_finally(read: Callable[[ReplyText], T | Unreadable]) -> Callable[[ReplyText], T]:
    """A reader for a repair: what is still in the wrong form is an error now."""

    def read_or_raise(reply: ReplyText) -> T:
        found = read(reply)
        if isinstance(found, Unreadable):
            raise ModelReplyError(f"{found.problem}, also after a repair: {found.text[:200]!r}")
        return found

    return read_or_raise
