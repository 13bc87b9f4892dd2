"""Answers that are a number."""

import re

from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.kinds.plain import NUMBER, plain_answer, plain_number
from irloom.pipelines.evaluate.records import Heard, Posed

_NUMBER = re.compile(NUMBER)
_TOLD = re.compile(rf"(?:=|:|\bis|是|为)\s*({NUMBER})")


def read_number(heard: Heard, posed: Posed) -> str | None:
    """The only number of a reply, or the last one of those behind an equals sign or "is"."""
    text = plain_answer(heard)
    found = [plain_number(number) for number in _NUMBER.findall(text)]
    if len({float(number) for number in found}) == 1:
        return found[0]
    told = _TOLD.findall(text)
    return plain_number(told[-1]) if told else None


def make_number(within: float = 0.0) -> Rule:
    """Reads a number, which may be off by as much as `within`."""
    return Rule(
        read=read_number,
        read_check=lambda said, heard, posed: read_number(Heard(text=said), posed),
        is_right=lambda read, posed: abs(float(read) - float(posed.right)) <= within,
    )
