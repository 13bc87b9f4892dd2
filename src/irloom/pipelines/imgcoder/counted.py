"""What one problem came to, with every quiz, answer and mark that is missing counted as missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Line = Mapping[str, Any]
Solved = Literal["right", "wrong", "lost"]
"""How the open question went; `lost` where an error kept it from being asked or graded."""

_ASKING = frozenset({"blind", "quiz"})
"""Stages in which a quiz can be lost; a fault there that names no quiz is one of writing them."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A problem with its figure, if it has one."""

    is_drawn: bool
    is_drawn_at_once: bool
    has_failed: bool
    is_quizzed: bool
    """It has quizzes, or would have had some if they had been written."""
    quizzes: int
    """Those that were to be answered; 0 where they were never written, so that nobody knows how many."""
    answered: int
    right: int
    solved: Solved | None
    """None where there was no open question."""
    marks: Line | None
    """The judge's, by dimension; None where there are none."""
    checks: Mapping[str, bool] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every quiz was answered."""
        return self.is_quizzed and 0 < self.quizzes == self.answered

    @property
    def is_all_right(self) -> bool:
        """Whether every quiz was answered, and rightly."""
        return self.is_whole and self.right == self.quizzes


def count_problem(commit: Line, row: Line | None, quizzing: bool) -> Counted:
    """Read a problem's commit and, where a figure was drawn, its row.

    The quizzes that a problem brings are all to be answered. Of written ones these are those that were
    answered and those that an error took, from the trial without the figure on; of a problem without a
    figure they were never written.
    """
    given = commit.get("quizzes_given", 0) if quizzing else 0
    faults = commit.get("faults", ())
    lost = {fault["task"] for fault in faults if fault["stage"] in _ASKING} - {"open"}
    results = [quiz["correct"] for quiz in row["quizzes"]] if row is not None else []
    number = given or len(results) + len(lost - {None})
    return Counted(
        is_drawn=row is not None,
        is_drawn_at_once=bool(commit.get("first_try", 0)),
        has_failed=commit["outcome"] == "failed",
        is_quizzed=bool(number) or (quizzing and (row is None or None in lost)),
        quizzes=number,
        answered=len(results),
        right=sum(results),
        solved=_read_solved(faults, row),
        marks=(row["judgement"] or {}).get("scores") if row is not None else None,
        checks={check["name"]: check["passed"] for check in row["checks"]} if row is not None else {},
    )


def _read_solved(faults: Any, row: Line | None) -> Solved | None:
    """Without an answer to compare with, or a question to ask of the figure, there is none."""
    if row is None:
        return None
    if (answer := row["open_answer"]) is not None:
        return "right" if answer["verdict"] == "correct" else "wrong"
    # Without the rewritten problem there may be nothing to ask, which is the error's doing too.
    is_lost = any(
        fault["task"] == "open" or (fault["stage"] == "adapt" and row["answer"]) for fault in faults
    )
    return "lost" if is_lost else None
