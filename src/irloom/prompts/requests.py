"""Lists of requests, such as those that a description answers: plain texts, one request a line."""

from functools import cache
from importlib.resources import files
from typing import Literal


@cache
def read_requests(name: str, shows: Literal["heat", "tones"] = "heat") -> tuple[str, ...]:
    """The requests of one list in their order: `description` or `caption`.

    Of a picture that shows no heat none speaks of a thermal one: the word is "infrared" throughout.
    """
    text = (files("irloom.data") / "requests" / f"{name}.txt").read_text("utf-8")
    text = text.replace("thermal", "infrared") if shows == "tones" else text
    return tuple(line.strip() for line in text.splitlines() if line.strip())
