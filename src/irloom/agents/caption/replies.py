"""Reads the Caption Agent's replies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from irloom.agents.caption.unwrapping import find_strangeness, unwrap_caption
from irloom.agents.replies import check_refusal, find_json, read_text, unfence
from irloom.protocols import ReplySchema, ReplyText, Unreadable

MOST_CHARACTERS = 600
"""Of one rewrite; it ends a loop."""


def build_schema(captions: int, rewrites: int) -> ReplySchema:
    """The form of a reply with so many rewrites of each of so many captions."""
    texts = {
        "type": "array",
        "items": {"type": "string", "maxLength": MOST_CHARACTERS},
        "maxItems": rewrites,
    }
    entry = {
        "type": "object",
        "properties": {"caption": {"type": "integer"}, "rewrites": texts},
        "required": ["caption", "rewrites"],
        "additionalProperties": False,
    }
    return ReplySchema(
        "filtered_captions",
        {
            "type": "object",
            "properties": {"captions": {"type": "array", "items": entry, "maxItems": captions}},
            "required": ["captions"],
            "additionalProperties": False,
        },
    )


_NOTHING = re.compile(r"\W*none\b(?P<reason>\W.*)?", re.IGNORECASE | re.DOTALL)
_MOST_WORDS = 40
"""Of the reason behind `NONE`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a model says of a caption of which nothing would be left."""

    reason: str


ALL_CAPTIONS_FORM = '{"captions": [{"caption": 1, "rewrites": ["…", "…"]}, …]}, one entry a caption'


def read_caption(reply: ReplyText, original: str | None = None) -> str | Nothing | Unreadable:
    """One rewritten caption: one sentence on one line, without what models put around it.

    Nothing where the model says so (`NONE`, with or without a reason behind a colon). Unreadable where it is
    open which sentence is meant, and for what is no rewrite of `original`.
    """
    text = unfence(read_text(reply))
    check_refusal(text.lstrip("\"'“‘"))
    if (nothing := _read_nothing(text)) is not None:
        return nothing
    try:
        return _take_one(_unwrap_json(text) if text.startswith(("{", "[")) else text, original)
    except ValueError as error:
        return Unreadable(text, str(error))


def _read_nothing(text: str) -> Nothing | None:
    """What `NONE`, `"None."` and `NONE: all of it is colour` mean; a sentence that begins so is one."""
    found = _NOTHING.fullmatch(text)
    if found is None:
        return None
    rest = found["reason"] or ""
    words = " ".join(rest.strip(" \t\r\n:.,;!*_\"'`”’–—-").split()[:_MOST_WORDS])
    reason = words[1:-1] if words.startswith("(") and words.endswith(")") else words
    said = not reason or re.match(r"[\s*_\"'”]*[:(–—-]|\s*\n", rest)
    return Nothing(reason or "nothing of it would be left") if said else None


def _take_one(text: str, original: str | None) -> str:
    caption = unwrap_caption(text, original)
    if caption is None:
        raise ValueError(f"one sentence was asked for, and this came: {text[:200]!r}")
    if not re.search(r"\w", caption):
        raise ValueError(f"the rewritten caption has no word in it: {caption!r}")
    caption = " ".join(caption.split())
    check_refusal(caption)
    strange = find_strangeness(caption, original) if original is not None else None
    if strange is not None:
        raise ValueError(f"this is no rewrite of {original!r}, since {strange}: {caption[:200]!r}")
    return caption


def _unwrap_json(text: str) -> str:
    """The text of a JSON object that holds nothing else; other JSON is no caption."""
    values = list((find_json(text) or {}).values())
    if len(values) != 1 or not isinstance(values[0], str):
        raise ValueError(f"the rewritten caption is JSON: {text[:200]!r}")
    return values[0]


def read_all_captions(reply: ReplyText, originals: Sequence[str]) -> tuple[tuple[str, ...], ...] | Unreadable:
    """The rewrites of some captions, in order; Unreadable where some are missing.

    An empty list means that nothing of a caption would be left.
    """
    text = read_text(reply)
    try:
        return _take_rewrites(find_json(text) or {}, originals)
    except ValueError as error:
        return Unreadable(text, str(error))


def _take_rewrites(reply: dict[str, object], originals: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    entries = reply.get("captions")
    wanted = {str(number): original for number, original in enumerate(originals, 1)}
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("rewrites"), list):
            number = str(entry.get("caption"))  # some models write "1", and what is no number is no key
            said = [text for text in entry["rewrites"] if not _says_nothing(text)]
            texts = [text for text in said if isinstance(text, str)]
            taken = _take_readable(texts, wanted.get(number))
            if taken or not said:
                found[number] = taken
    missing = [number for number in wanted if number not in found]
    if missing:
        raise ValueError(f"no rewrites for caption {', '.join(missing)}")
    return tuple(found[number] for number in wanted)


def _says_nothing(text: object) -> bool:
    return isinstance(text, str) and _read_nothing(text.strip()) is not None


def _take_readable(texts: Sequence[str], original: str | None) -> tuple[str, ...]:
    """Those that can be read; a refusal among them is one of all."""
    taken = []
    for text in texts:
        check_refusal(text)
        try:
            taken.append(_take_one(text, original))
        except ValueError:
            continue
    return tuple(taken)
