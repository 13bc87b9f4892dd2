"""The plan of what is asked: a line for each question, which a chat model and the rule engine both follow."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "present",
    "absent",
    "count",
    "place",
    "relation",
    "action",
    "thermal",
    "tone",
    "steps",
    "unanswerable",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
_LINE = re.compile(r"(?P<kind>\w+)(?P<denied> \(answer no\))?(?:: (?P<target>.+))?")


@dataclass(frozen=True, slots=True)
class Question:
    """One question that is to be asked, with what it is about."""

    kind: Kind
    target: str = ""
    """A label, a label with its number, or what is true: "the dog is to the left of the bench"."""
    denied: bool = False
    """Ask it the wrong way round, so that the answer is no."""

    def as_line(self) -> str:
        """The question as the plan tells it: "relation (answer no): the dog is to the left of the bench"."""
        return f"{self.kind}{' (answer no)' * self.denied}{': ' * bool(self.target)}{self.target}"


def read_plan(lines: str) -> tuple[Question, ...]:
    """The questions of a plan; lines of another form are left out."""
    matches = (_LINE.fullmatch(line.strip()) for line in lines.splitlines())
    return tuple(
        Question(kind, match["target"] or "", bool(match["denied"]))
        for match in matches
        if match is not None
        for kind in KINDS
        if kind == match["kind"]
    )
