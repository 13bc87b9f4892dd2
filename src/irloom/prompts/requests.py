"""Lists of requests, such as those that a description answers: plain texts, one request a line."""

from functools import cache
from importlib.resources import files


@cache
def read_requests(name: str) -> tuple[str, ...]:
    """The requests of one list in their order: `description` or `caption`."""
    text = (files("irloom.data") / "requests" / f"{name}.txt").read_text("utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())
