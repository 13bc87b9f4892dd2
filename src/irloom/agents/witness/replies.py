"""Reads the captions that a model wrote: a JSON list, or one a line."""

import re
from collections.abc import Collection
from typing import Any

from irloom.agents.replies import check_refusal, find_json, looks_like_json, read_text, unfence
from irloom.errors import ModelReplyError
from irloom.protocols import ReplySchema, ReplyText, Unreadable
from irloom.scene.heat import find_heat

MOST_CHARACTERS = 400
"""Of a caption: far more than a sentence needs; it ends a loop."""
FORM = '{"captions": ["…", "…"]}'
_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_WORD = re.compile(r"\w")


def build_schema(count: int) -> ReplySchema:
    """As many captions as are asked for."""
    caption = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS}
    captions = {"type": "array", "items": caption, "minItems": count, "maxItems": count}
    form = {
        "type": "object",
        "properties": {"captions": captions},
        "required": ["captions"],
        "additionalProperties": False,
    }
    return ReplySchema("captions", form)


def read_captions(reply: ReplyText, count: int) -> tuple[str, ...] | Unreadable:
    """Up to `count` captions, each once; fewer where no more were written.

    ModelReplyError for a reply that was cut, refused or is empty.
    """
    text = unfence(read_text(reply))
    found = find_json(text)
    if found is None and looks_like_json(text):
        return Unreadable(text, "the captions' JSON cannot be read")
    listed = text.splitlines() if found is None else _list_texts(found.get("captions"))
    captions = tuple(dict.fromkeys(one for line in listed if (one := _tidy(line))))
    if not captions:
        return Unreadable(text, "no caption was found in it")
    for caption in captions:
        check_refusal(caption)
        if len(caption) > MOST_CHARACTERS:
            raise ModelReplyError(f"a caption has {len(caption):,} characters: {caption[:200]!r}")
    return captions[:count]


def object_to_heat(captions: tuple[str, ...], labels: Collection[str]) -> tuple[str, ...] | Unreadable:
    """The captions of a picture that shows no heat, unless they speak of it outside of names of things."""
    for caption in captions:
        if words := find_heat(caption, labels):
            return Unreadable(
                caption, f"the picture shows no heat, and a caption speaks of it: “{words[0]}”; leave it out"
            )
    return captions


def _list_texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _tidy(line: str) -> str:
    """A line without its list mark; empty for one without a word."""
    text = " ".join(_MARK.sub("", line).split()).strip('"“”')
    return text if _WORD.search(text) else ""
