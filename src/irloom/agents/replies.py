"""Reads what models answer: cut, refused and empty replies are errors, JSON is found inside prose."""

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

from irloom.agents.leniency import mend_json
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText
from irloom.repetition import find_loop

T = TypeVar("T")

_REFUSAL = re.compile(
    r"\W*(i['’]?m (very |so )?sorry\b|i am (very |so )?sorry\b|sorry[,.!]|i apologi[sz]e\b|as an ai\b|"
    r"i (can['’]t|cannot|can not|won['’]t) (assist|help|comply|provide|fulfil|process|complete|generate|"
    r"create|continue|do (that|this))|i['’]?m (unable|not able) to\b|i am (unable|not able) to\b)",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"\{\s*[\"'“]")
_FENCE = re.compile(
    r"\A(?:```|~~~|<code>)[ \t]*(?:json|text|plaintext|markdown|md)?[ \t]*\n?(?P<inside>.*?)\s*"
    r"(?:```|~~~|</code>|\Z)(?P<after>.*)\Z",
    re.DOTALL | re.IGNORECASE,
)
_THOUGHT = r"(?:think(?:ing)?|thought|reasoning|analysis|reflection|scratchpad)"
_WHOLE_THOUGHT = re.compile(rf"<{_THOUGHT}>.*?</{_THOUGHT}>", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = re.compile(rf"<{_THOUGHT}>.*\Z", re.DOTALL | re.IGNORECASE)
_CLOSED_THOUGHT = re.compile(rf"\A.*</{_THOUGHT}>", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(
    r"[\W\d_]*(?P<label>question|answer)[\s\d*_]*:[*_]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_END = re.compile(r"\W*?={3}")
_DEEPEST = 100
"""Objects and lists in one another; deeper is a loop. Python's own limit differs by version."""


def read_text(reply: ReplyText) -> str:
    """The text of a whole reply; ModelReplyError where it was cut, refused or is empty."""
    text = reply.text.strip()
    match reply.finish_reason:
        case "length":
            raise ModelReplyError(_explain_cut(text))
        case "context":
            raise ModelReplyError(
                f"the reply was cut after {text[-60:]!r} although `max_tokens` left room: the model's "
                "context window is full; serve it with a longer one, or give it fewer requests side by side"
            )
        case "content_filter":
            raise ModelReplyError("the endpoint's content filter held the reply back")
        case "refusal":
            raise ModelReplyError(f"the model refused: {text[:200]!r}")
        case "stop" | "other":
            pass
    text = strip_thoughts(text)
    if not text:
        raise ModelReplyError("the reply is empty")
    check_refusal(text)
    return text


def _explain_cut(text: str) -> str:
    """What cut a reply: thoughts, a loop, or its length."""
    if not text:
        return (
            "the reply was cut at the token limit before an answer came: the model's thoughts took it; "
            "raise `max_tokens`, or switch its thinking off by `extra_body`"
        )
    if (loop := find_loop(text)) is not None:
        return f"the model went round in a loop and was cut at the token limit: it repeats {loop[:60]!r}"
    return f"the reply was cut at the token limit, after {text[-60:]!r}: raise `max_tokens`"


def find_break(text: str, bound: int) -> str | None:
    """Say that a text goes round in a loop, or that a schema's bound cut it short; None where it is whole."""
    if (loop := find_loop(text)) is not None:
        return f"the model went round in a loop: it repeats {loop[:60]!r}"
    if len(text) == bound and text[-1].isalnum():
        return f"the answer was cut at {bound:,} characters, after {text[-60:]!r}"
    return None


def strip_thoughts(text: str) -> str:
    """A text without what the model thought aloud in tags; an open one reaches to the end."""
    if "<" not in text:
        return text
    text = _OPEN_THOUGHT.sub("", _WHOLE_THOUGHT.sub("", text))
    return _CLOSED_THOUGHT.sub("", text).strip()


def unfence(text: str) -> str:
    """What stands in a fence that begins a text, be it closed or not; what follows it is left out."""
    found = _FENCE.match(text.strip())
    return found["inside"].strip() if found else text


def check_refusal(text: str) -> None:
    """Raise ModelReplyError for a text that begins as refusals do, also one inside a structured reply."""
    if _REFUSAL.match(text):
        raise ModelReplyError(f"the model refused: {text[:200]!r}")


def find_json(text: str) -> dict[str, Any] | None:
    """The first JSON object in a text, whatever stands around it; None if there is none.

    One that is whole but for its commas, quotes or escapes is mended. Where the first one is cut the search
    ends: a whole object further on may be a part of it, such as the first turn of a conversation.
    """
    start = _OBJECT.search(text)
    if start is None:
        return None
    value: dict[str, Any] | None
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start.start())
        return _encodable_object(value)
    except json.JSONDecodeError:
        value = mend_json(text[start.start() :])
    except (ValueError, RecursionError):  # ValueError: a number of more than 4,300 digits
        return None
    return None if value is None else _encodable_object(value)


def looks_like_json(text: str) -> bool:
    """Whether somebody tried to write JSON, so that prose is not what they meant."""
    return text.lstrip().startswith(("{", "[", "```", "~~~", "<code>")) or _OBJECT.search(text) is not None


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


def _encodable_object(value: dict[str, Any] | None) -> dict[str, Any] | None:
    try:
        return None if value is None else {_encodable(key): _encodable(part) for key, part in value.items()}
    except RecursionError:
        return None


def _encodable(value: Any, depth: int = 1) -> Any:
    """Replace halves of surrogate pairs, which no file and no request can hold. Raises RecursionError."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(part, depth + 1) for key, part in value.items()}
    return [_encodable(part, depth + 1) for part in value] if isinstance(value, list) else value
