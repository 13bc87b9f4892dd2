"""Reads TOML that a user wrote, whichever editor saved it and however deeply it is nested."""

import tomllib
from typing import Any

_MARK = "\ufeff"
"""What some editors put before the first letter of a file."""


def parse_toml(content: bytes | str) -> dict[str, Any]:
    """The table that a file holds; ValueError says why it is none."""
    text = content.decode() if isinstance(content, bytes) else content
    try:
        return tomllib.loads(text.removeprefix(_MARK))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
