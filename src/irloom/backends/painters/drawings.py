"""Reads the reply of an images route: the picture itself, and what it cost."""

import base64
import binascii
import io
import json
from dataclasses import dataclass
from typing import Any

from PIL import Image

from irloom.backends.chat.refusals import Retryable
from irloom.errors import EndpointRefused
from irloom.pictures import open_picture
from irloom.protocols import Usage

_PLAIN = frozenset({"JPEG", "PNG"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as it came."""

    content: bytes
    """Of a JPEG or PNG file in RGB."""
    usage: Usage
    model: str
    revised: str
    """The text that the endpoint drew in place of the one that was sent, where it says so."""


def read_drawing(body: bytes) -> Drawing:
    """The one picture of a reply; Retryable where there is none, or what came is no picture.

    EndpointRefused where the reply names an address instead, from which nothing is fetched: it may be
    anywhere, and is gone when a run is resumed.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _complain(
            f"the endpoint's reply is not JSON ({error}): {body[:80]!r}", Usage(requests=1)
        ) from error
    found = found if isinstance(found, dict) else {}
    usage = _read_usage(found.get("usage"))
    listed = found.get("data")
    one = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else None
    if one is None:
        why = f": {str(found['error'])[:200]}" if found.get("error") else ""
        raise _complain(f"the endpoint's reply holds no picture{why}", usage)
    content = _as_plain(_decode(one, usage), usage)
    revised = one.get("revised_prompt")
    model = found.get("model")
    return Drawing(
        content,
        usage,
        model if isinstance(model, str) else "",
        revised if isinstance(revised, str) else "",
    )


def _decode(one: dict[str, Any], usage: Usage) -> bytes:
    """The bytes of a picture that is in the reply, by itself or as an address that holds it."""
    encoded, url = one.get("b64_json"), one.get("url")
    if not encoded and isinstance(url, str):
        if not url.startswith("data:"):
            raise EndpointRefused(
                f"The endpoint gives an address ({url[:60]}) in place of the picture: name one that gives "
                "`b64_json`, or set what makes it do so in `extra_body` of the painter."
            )
        encoded = url.partition(",")[2]
    try:
        return base64.b64decode(str(encoded or ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _complain(f"the endpoint's picture is not encoded in base64: {error}", usage) from error


def _as_plain(content: bytes, usage: Usage) -> bytes:
    """The same file where it is a JPEG or PNG in RGB, else a PNG of its pixels."""
    try:
        with open_picture(io.BytesIO(content)) as picture:
            picture.load()
            if picture.format in _PLAIN and picture.mode == "RGB":
                return content
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _complain(f"what the endpoint drew is no picture that can be read: {error}", usage) from error
    return buffer.getvalue()


def _read_usage(given: Any) -> Usage:
    """Tokens as the images route counts them, or as chat does."""
    counts = given if isinstance(given, dict) else {}
    return Usage(
        requests=1,
        prompt_tokens=_count(counts, "input_tokens", "prompt_tokens"),
        completion_tokens=_count(counts, "output_tokens", "completion_tokens"),
    )


def _count(counts: dict[str, Any], *names: str) -> int:
    values = (counts.get(name) for name in names)
    return next((value for value in values if isinstance(value, int) and value >= 0), 0)


def _complain(said: str, usage: Usage) -> Retryable:
    return Retryable(said, kind="unusable", usage=usage, untold=not usage.prompt_tokens)
