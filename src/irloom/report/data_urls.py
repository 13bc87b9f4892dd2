"""Puts bytes into a page, so that it needs no other file."""

import base64
import hashlib


def to_data_url(content: bytes, kind: str) -> str:
    """The bytes as an address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def digest_for_policy(text: str) -> str:
    """A style sheet as a content policy names it, so that no other style in the page counts."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
