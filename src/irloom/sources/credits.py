"""Where a photograph is from, as COCO's `images` and `licenses` say it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from irloom.sources.numbers import is_unicode, read_id

_MAX_CHARS = 2000
_URLS = ("flickr_url", "coco_url", "source_url", "original_url", "url")
_PEOPLE = ("photographer", "author", "owner", "creator")


class Licence(NamedTuple):
    """A licence as a file lists it."""

    name: str | None
    url: str | None


class Credit(NamedTuple):
    """Source, photographer and licence of one image; None where nobody says."""

    source_url: str | None = None
    photographer: str | None = None
    licence: str | None = None
    licence_url: str | None = None


NO_LICENCE = Licence(None, None)


def read_licence(entry: Mapping[str, Any]) -> tuple[str | None, Licence]:
    """The id of a listed licence, and what it is."""
    return read_id(entry.get("id")), Licence(_find(entry, ("name",)), _find(entry, ("url",)))


def read_credit(entry: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Source and photographer of a listed image, and the id of its licence."""
    licence = entry.get("license", entry.get("licence"))
    return _find(entry, _URLS), _find(entry, _PEOPLE), read_id(licence)


def make_credit(
    url: str | None, photographer: str | None, licence: str | None, licences: Mapping[str, Licence]
) -> Credit:
    """Look the licence up; one that is no number and not listed is its own name, 0 of no list is none."""
    unlisted = NO_LICENCE if licence is None or licence.isdigit() else Licence(licence, None)
    return Credit(url, photographer, *licences.get(licence or "", unlisted))


def _find(entry: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    texts = (entry.get(name) for name in names)
    usable = (text.strip() for text in texts if isinstance(text, str) and is_unicode(text))
    return next((text for text in usable if 0 < len(text) <= _MAX_CHARS), None)
