"""The names by which COCO files call their images, whichever tool wrote them."""

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from irloom.sources.numbers import is_unicode

_KEYS = ("file_name", "filename", "fileName", "file", "path")
_QUERY = "?d="
"""Label Studio puts the path of a local file behind it."""


class Keys(NamedTuple):
    """What names have in common that one file may go by."""

    whole: str
    base: str


def name_image(entry: Mapping[str, Any]) -> str | None:
    """The name of a listed image: `file_name` or what other tools call it, else the end of `coco_url`."""
    texts = [text for key in _KEYS if isinstance(text := entry.get(key), str) and is_unicode(text)]
    named = next((text for text in texts if text.strip()), texts[0] if texts else None)
    if named is not None:
        return _end_of_url(named) or named
    url = entry.get("coco_url")
    return _end_of_url(url) if isinstance(url, str) and is_unicode(url) else None


def fold_name(name: str) -> Keys:
    """Keys without separators' kinds, letter cases, and ways to compose an accent."""
    whole = unicodedata.normalize("NFC", name.replace("\\", "/").casefold()).removeprefix("./")
    return Keys(whole, whole.rpartition("/")[2])


def contradict(one: str, other: str) -> bool:
    """Whether two names cannot be those of one file: neither is the other below some folder."""
    first, second = fold_name(one).whole, fold_name(other).whole
    short, long = sorted((first, second), key=len)
    return short != long and not long.endswith(f"/{short.lstrip('/')}")


def _end_of_url(text: str) -> str | None:
    """The file name at the end of an address; None for what is none."""
    if _QUERY in text:
        return unquote(text.partition(_QUERY)[2])
    if "://" not in text:
        return None
    try:
        path = unquote(urlsplit(text).path)
    except ValueError:
        return None
    return path.rpartition("/")[2] or None
