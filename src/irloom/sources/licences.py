"""Names licences in the short words of Creative Commons, whatever a file calls them."""

import re
from collections.abc import Sequence

from irloom.errors import UserError

UNKNOWN = "unknown"
_CODE = re.compile(r"(?<![a-z])(by(?:-nc)?(?:-(?:nd|sa))?)(?![a-z])")
_PARTS = (("noncommercial", "nc"), ("noderiv", "nd"), ("sharealike", "sa"))
_OTHERS = {
    "publicdomain/zero": "cc0",
    "cc0": "cc0",
    "publicdomain": "public-domain",
    "public domain": "public-domain",
    "united states government work": "us-government",
    "no known copyright": "no-known-copyright",
}
_REST = re.compile(r"[^a-z0-9.]+")


def name_licence(name: str | None, url: str | None = None) -> str:
    """`by`, `by-nc-sa`, `cc0` and the like; another licence is its own name, and none is `unknown`."""
    words = (name or "").strip().lower()
    for text in ((url or "").strip().lower(), words):
        found = next((code for part, code in _OTHERS.items() if part in text), None)
        if found or (found := _find_code(text)):
            return found
    return _REST.sub("-", words).strip("-") or UNKNOWN


def _find_code(text: str) -> str | None:
    """A Creative Commons licence by its path or its English name; None for anything else."""
    if "creativecommons.org/licenses/" in text:
        return text.partition("/licenses/")[2].partition("/")[0] or None
    if text.startswith("attribution"):
        plain = re.sub(r"[^a-z]", "", text)
        return "-".join(["by", *(code for part, code in _PARTS if part in plain)])
    found = _CODE.search(re.sub(r"[\s_]+", "-", text))
    return found[1] if found and ("cc" in text or text == found[1]) else None


def read_licences(texts: Sequence[str]) -> tuple[str, ...]:
    """Licences as somebody asks for them; UserError for `unknown`, which nobody can rely on."""
    names = tuple(dict.fromkeys(name_licence(text) for text in texts))
    if UNKNOWN in names:
        raise UserError(
            "--licence takes names such as by, by-sa or cc0: what has no known licence is always left out."
        )
    return names
