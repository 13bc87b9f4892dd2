"""Reads the Caption Agent's replies."""

import re

from irloom.agents.replies import find_json, read_text
from irloom.errors import ModelReplyError
from irloom.ports import ReplySchema, ReplyText, Unreadable

_LEAD = re.compile(r"^(reply|caption|edited caption|filtered caption|output)\s*:\s*", re.IGNORECASE)
_QUOTES = ('""', "''", "“”", "‘’", "``")

ALL_CAPTIONS = ReplySchema(
    "filtered_captions",
    {
        "type": "object",
        "properties": {
            "captions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "caption": {"type": "integer"},
                        "rewrites": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["caption", "rewrites"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["captions"],
        "additionalProperties": False,
    },
)
ALL_CAPTIONS_FORM = '{"captions": [{"caption": 1, "rewrites": ["…", "…"]}, …]}, one entry a caption'


def read_caption(reply: ReplyText) -> str:
    """One rewritten caption, on one line, without the quotation marks that models like to add."""
    text = _LEAD.sub("", " ".join(read_text(reply).split()))
    if len(text) > 1 and f"{text[0]}{text[-1]}" in _QUOTES:
        text = text[1:-1].strip()
    if not re.search(r"\w", text):
        raise ModelReplyError(f"the rewritten caption has no word in it: {text!r}")
    return text


def read_all_captions(
    reply: ReplyText, count: int, final: bool = False
) -> tuple[tuple[str, ...], ...] | Unreadable:
    """The rewrites of `count` captions, in order; Unreadable (an error if `final`) where some are missing."""
    text = read_text(reply)
    try:
        return _take_rewrites(find_json(text) or {}, count)
    except ValueError as error:
        if final:
            raise ModelReplyError(str(error)) from error
        return Unreadable(text, str(error))


def _take_rewrites(reply: dict[str, object], count: int) -> tuple[tuple[str, ...], ...]:
    entries = reply.get("captions")
    found: dict[int, tuple[str, ...]] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("rewrites"), list):
            texts = [" ".join(text.split()) for text in entry["rewrites"] if isinstance(text, str)]
            found[entry.get("caption", 0)] = tuple(text for text in texts if re.search(r"\w", text))
    missing = [number for number in range(1, count + 1) if not found.get(number)]
    if missing:
        raise ValueError(f"no rewrites for caption {', '.join(map(str, missing))}")
    return tuple(found[number] for number in range(1, count + 1))
