"""Reads a reply in the form that its question wants, which the name of its prompt tells."""

from collections.abc import Callable, Mapping

from irloom.agents.replies import strip_thoughts
from irloom.pipelines.evaluate.benchmark import Rule
from irloom.pipelines.evaluate.ifbench.reading import read_token
from irloom.pipelines.evaluate.kinds import read_number, read_temperature, read_yes_no
from irloom.pipelines.evaluate.records import Heard, Posed

READING = "kind"
_TOLERANCE = 1e-9
"""Of differences of decimal numbers in binary."""


def read_letter(heard: Heard, posed: Posed) -> str | None:
    """The letter that a reply means; one that the question does not have is none."""
    letter = read_token(heard, posed)
    return letter if letter in posed.options else None


_READERS: Mapping[str, Callable[[Heard, Posed], str | None]] = {
    "choice": read_letter,
    "yes_no": read_yes_no,
    "number": read_number,
    "difference": read_number,
    "temperature": read_temperature,
}


def read(heard: Heard, posed: Posed) -> str | None:
    """The answer of a reply; None where it leaves a doubt."""
    return _READERS[_name_kind(posed)](heard, posed)


def read_check(said: str, heard: Heard, posed: Posed) -> str | None:
    """The answer that the checker says of a reply which is more than thoughts."""
    return read(Heard(text=said), posed) if strip_thoughts(heard.text).strip() else None


def is_right(answer: str, posed: Posed) -> bool:
    """Whether it is the right one, of numbers within what the question allows."""
    if _name_kind(posed) in {"choice", "yes_no"}:
        return answer == posed.right
    return abs(float(answer) - float(posed.right)) <= posed.within + _TOLERANCE


def _name_kind(posed: Posed) -> str:
    return posed.prompt.rpartition("/")[2]


RULES = {READING: Rule(read=read, read_check=read_check, is_right=is_right)}
