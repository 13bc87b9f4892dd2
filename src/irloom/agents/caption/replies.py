"""Reads the Caption Agent's replies."""

import re

from irloom.agents.replies import check_refusal, find_json, read_text
from irloom.errors import ModelReplyError
from irloom.protocols import ReplySchema, ReplyText, Unreadable

_LEAD = re.compile(r"^(reply|caption|edited caption|filtered caption|output)\s*:\s*", re.IGNORECASE)
_FENCE = re.compile(r"^```(?:json|text|plaintext|markdown)?\s*|\s*```$")
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
    text = _unwrap(_LEAD.sub("", _FENCE.sub("", " ".join(read_text(reply).split()))))
    if len(text) > 1 and f"{text[0]}{text[-1]}" in _QUOTES:
        text = text[1:-1].strip()
    if not re.search(r"\w", text):
        raise ModelReplyError(f"the rewritten caption has no word in it: {text!r}")
    return text


def _unwrap(text: str) -> str:
    """The text of a JSON object that holds nothing else; other JSON is no caption."""
    if not text.startswith(("{", "[")):
        return text
    values = list((find_json(text) or {}).values())
    if len(values) != 1 or not isinstance(values[0], str):
        raise ModelReplyError(f"the rewritten caption is JSON: {text[:200]!r}")
    check_refusal(values[0])
    return " ".join(values[0].split())


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
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("rewrites"), list):
            texts = [" ".join(text.split()) for text in entry["rewrites"] if isinstance(text, str)]
            for text in texts:
                check_refusal(text)
            number = str(entry.get("caption"))  # some models write "1", and what is no number is no key
            found[number] = tuple(text for text in texts if re.search(r"\w", text))
    wanted = [str(number) for number in range(1, count + 1)]
    missing = [number for number in wanted if not found.get(number)]
    if missing:
        raise ValueError(f"no rewrites for caption {', '.join(missing)}")
    return tuple(found[number] for number in wanted)
