"""Addresses that hold credentials: which parts are secret, and how an address is kept and shown."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_LOGIN = re.compile(r"(?<=://)[^/]*@")
_SECRET = r"[\w.-]*(?:key|token|secret|sig|signature|password|passwd|auth)"
_PARAMETER = re.compile(rf"(?<=[?&]){_SECRET}=[^&#\s]*&?", re.IGNORECASE)
_NAME = re.compile(_SECRET, re.IGNORECASE)


def strip_credentials(text: str) -> str:
    """A text without user names, passwords and keys in the addresses it holds."""
    if "://" not in text:
        return text
    bare = _LOGIN.sub("", text)
    found = _PARAMETER.sub("", bare)
    return found if found == bare else found.rstrip("?&")


def find_credentials(address: str) -> list[str]:
    """What of an address nobody else may know: the password, name and password together, and keys."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return []
    login = unquote(parts.netloc.rpartition("@")[0])
    keys = [value for name, value in parse_qsl(parts.query) if _NAME.fullmatch(name)]
    return [part for part in (login, login.partition(":")[2], *keys) if part]
