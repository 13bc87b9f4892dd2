"""What all kinds of answers share: a reply without its thoughts, and numbers as people write them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from irloom.agents.replies import strip_thoughts
from irloom.pipelines.evaluate.records import Heard

T = TypeVar("T")

THOUSANDS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"
NUMBER = rf"(?<![A-Za-z0-9_.])[-+]?(?:{THOUSANDS}|\d+(?:[.,]\d+)?)(?![A-Za-z_]*\d)"
"""A number that is no part of a name such as `C4`."""

_ABOUT = r"\s*+(?:(?:about|around|approximately|roughly|nearly|大约|约|~|≈)\s*+)?$"
_TOLD = re.compile(rf"(?:=|:|\bis|是|为){_ABOUT}", re.IGNORECASE)
_FINAL = re.compile(rf"(?:\banswer\b[^.\n]{{0,30}}(?:\bis|:|=)|答案(?:是|为)?:?){_ABOUT}", re.IGNORECASE)
_BEFORE = 60
"""Characters before a number that are looked at."""


def plain_answer(heard: Heard) -> str:
    """The answer behind the thoughts, with usual letters, digits and signs for wide and special ones."""
    return unicodedata.normalize("NFKC", strip_thoughts(heard.text).replace("−", "-")).strip()


def plain_number(number: str) -> str:
    """Without the commas of thousands, and with a point for a decimal comma."""
    return number.replace(",", "" if re.fullmatch(rf"[-+]?{THOUSANDS}", number) else ".")


def choose_told(text: str, found: Sequence[tuple[int, T]]) -> list[T]:
    """Of values with where they begin: the last that is called the answer, else all behind "is" or "="."""
    final = [value for at, value in found if _FINAL.search(text[max(0, at - _BEFORE) : at])]
    return final[-1:] or [value for at, value in found if _TOLD.search(text[max(0, at - _BEFORE) : at])]
