"""The one reader of numbers, for every field of an annotation: 5, 5.0 and "5" mean the same."""

import math
import re

MAX_ID_CHARS = 200
_MAX_SIDE = 1_000_000
_EXACT = 2.0**53
"""Beyond it a float no longer says which whole number it stands for."""
_NUMBER = re.compile(r"\s*+[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?\s*+", re.ASCII)
_WHOLE = re.compile(r"\s*(-?\d+)(?:\.0*)?\s*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_number(value: object) -> float | None:
    """Give a finite number that stands there as such or as text, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and (len(value) > MAX_ID_CHARS or not _NUMBER.fullmatch(value)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def read_numbers(value: object) -> list[float] | None:
    """Give a list of finite numbers as floats, or None where it is anything else."""
    if not isinstance(value, list):
        return None
    if {*map(type, value)} <= {int, float}:
        return _read_plain(value)
    numbers = [number for number in map(read_number, value) if number is not None]
    return numbers if len(numbers) == len(value) else None


def read_id(value: object) -> str | None:
    """Give an id as text, or None where it is neither a whole number nor a usable text.

    Texts stay as they are, except for whole numbers with a fraction or blanks: "5.0" is 5, "007" is not 7.
    """
    if isinstance(value, float):
        return str(int(value)) if abs(value) < _EXACT and value.is_integer() else None
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    if isinstance(value, str) and (whole := _WHOLE.fullmatch(text)):
        text = whole[1]
    return text if 0 < len(text) <= MAX_ID_CHARS and is_unicode(text) else None


def read_side(value: object) -> int | None:
    """Give a width or height in pixels, or None."""
    number = read_number(value)
    return int(number) if number is not None and 1 <= number <= _MAX_SIDE and number.is_integer() else None


def read_flag(value: object) -> bool:
    """Whether a flag such as `iscrowd` is set: 1, 1.0, "1" or true."""
    return value is True or read_number(value) == 1


def is_unicode(text: str) -> bool:
    """Whether text holds no lone surrogate, so that files and databases can keep it."""
    return text.isascii() or _SURROGATE.search(text) is None


def _read_plain(value: list[float]) -> list[float] | None:
    """Most boxes and polygons, at the speed that a gigabyte of them needs."""
    try:
        numbers = list(map(float, value))
    except OverflowError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None
