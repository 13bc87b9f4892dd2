"""Takes the secrets that an endpoint was sent out of what it says, however it spells them."""

import base64
import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Self

from irloom.addresses import find_credentials
from irloom.options import OpenAIOptions

MASK = "[redacted]"
_SHORTEST = 12
"""Characters; a shorter secret would be found in words that are none."""
_FEWEST_KINDS = 5
_PLACEHOLDER = re.compile(
    r"(?:sk[-_])?(?:no|not|none|your|my|dummy|fake|empty|placeholder|example|local|any|token|api|key)"
    r"(?:[-_. ][a-z]+)*",
    re.IGNORECASE,
)
"""What people write where a server wants a key and looks at none, such as `sk-no-key-required`."""
_BEGINNING = 8
"""Characters of a secret that are looked for first: a short search costs next to nothing."""


class Redaction:
    """The secrets of one endpoint."""

    def __init__(self, values: Iterable[str]) -> None:
        self._held = sorted({value for value in values if is_secret(value)}, key=len, reverse=True)
        encoded = (form for value in self._held for form in _encode_base64(value))
        self._plain = list(dict.fromkeys([*self._held, *encoded]))
        marks = sorted({one for value in self._held for one in value if not one.isalnum()})
        self._escapes = ("%", "\\u00", "&#", *(f"\\{mark}" for mark in marks))
        """What begins a letter of a secret that is spelled otherwise."""

    @cached_property
    def _spelled(self) -> re.Pattern[str]:
        return re.compile("|".join("".join(map(_spell, value)) for value in self._held))

    @classmethod
    def of(cls, options: OpenAIOptions) -> Self:
        """The key in the environment, and what stands in the address."""
        key = os.environ.get(options.api_key_env, "").strip()
        return cls([key, *find_credentials(options.base_url or "")])

    def clean(self, text: str) -> str:
        """The text with a mask in place of each secret, be it plain, quoted, escaped or in base64."""
        for form in self._plain:
            if form[:_BEGINNING] in text:
                text = text.replace(form, MASK)
        if self._held and any(escape in text for escape in self._escapes):
            text = self._spelled.sub(MASK, text)
        return text

    def clean_bytes(self, body: bytes) -> bytes:
        """The same for a body whose encoding does not matter, since secrets are ASCII."""
        text = body.decode("latin-1")
        cleaned = self.clean(text)
        return body if cleaned is text else cleaned.encode("latin-1")


def is_secret(value: str) -> bool:
    """Whether a value is one that nobody could guess: long enough, and no placeholder."""
    varied = len(set(value)) >= _FEWEST_KINDS
    return len(value) >= _SHORTEST and varied and value.isascii() and not _PLACEHOLDER.fullmatch(value)


def _spell(character: str) -> str:
    """A pattern of a character as addresses, JSON and pages may write it."""
    number = ord(character)
    hexadecimal = "".join(f"[{digit}{digit.upper()}]" for digit in f"{number:02x}")
    forms = [
        re.escape(character),
        f"%{hexadecimal}",
        rf"\\+u00{hexadecimal}",
        f"&#(?:{number}|x{hexadecimal});",
    ]
    if not character.isalnum():
        forms.append(r"\\+" + re.escape(character))
    return f"(?:{'|'.join(forms)})"


def _encode_base64(value: str) -> Iterator[str]:
    """What stands for the value in base64, at each of the three places where it may begin."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + value.encode()).rstrip(b"=")
        whole = (before + len(value)) * 8 // 6
        core = encoded[-(-before * 8 // 6) : whole].decode()
        yield core
        yield core.replace("+", "-").replace("/", "_")
