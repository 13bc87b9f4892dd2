"""Counts the habits of models that look like seeing: shifted decimals, sides that are swapped, one number.

ThermEval names them (arXiv 2602.14989): 37 °C whatever is shown, eleven people in every picture, left for
right, and a colour bar read ten times too large.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from irloom.pipelines.evaluate.sets.results import NUMERIC, Results, Scored
from irloom.question_sets.guesses import BODY_C, CROWD

_SHIFTS = (0.01, 0.1, 10.0, 100.0)
_SHIFT_NEAR = 0.05
"""Share of the right number within which a shifted one has its digits, however much a question allows."""
_TOLERANCE = 1e-9
"""Of products of decimal numbers in binary."""
_BODY_WITHIN = 0.05
"""°C from 37 that still counts as saying 37."""
_SIDES = {"left": "right", "right": "left", "leftmost": "rightmost", "rightmost": "leftmost"}
_SIDE = re.compile(rf"\b({'|'.join(sorted(_SIDES, key=len, reverse=True))})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Habit:
    """How often replies show a habit, among those that could."""

    name: str
    count: int
    of: int
    note: str = ""


def count_habits(results: Results) -> list[Habit]:
    """Every habit that the questions of a run can show."""
    found = [_count_shifts(results), _count_swaps(results)]
    found.append(_count_number("said 37 °C", "temperature", BODY_C, _BODY_WITHIN, results))
    found.append(_count_number("said 11", "number", CROWD, 0.0, results))
    found += [_find_commonest(kind, results) for kind in sorted(NUMERIC)]
    return [one for one in found if one.of]


def _pick(results: Results, is_wanted: Callable[[Scored], bool]) -> list[Scored]:
    return [one for one in results.scored if one.read is not None and is_wanted(one)]


def _count_shifts(results: Results) -> Habit:
    wrong = _pick(results, lambda one: one.kind in NUMERIC and not one.is_right)
    return Habit("decimal shifted", sum(map(is_shifted, wrong)), len(wrong), "of wrong numbers")


def is_shifted(one: Scored) -> bool:
    """Whether a wrong number is right once its decimal point is moved by one place or two.

    What a question allows would take in any small number beside a small right one: 6 K for 0.4 K.
    """
    said, right = float(one.read or 0), float(one.right)
    near = min(one.within, _SHIFT_NEAR * abs(right)) + _TOLERANCE
    return right != 0 and any(abs(said * shift - right) <= near for shift in _SHIFTS)


def _count_swaps(results: Results) -> Habit:
    sided = _pick(results, has_sides)
    others = _pick(results, lambda one: one.kind in {"choice", "yes_no"} and not has_sides(one))
    missed = sum(not one.is_right for one in others)
    note = f"of answers about sides; wrong otherwise: {missed:,} of {len(others):,}"
    return Habit("left and right swapped", sum(map(is_swapped, sided)), len(sided), note)


def has_sides(one: Scored) -> bool:
    """Whether an answer can be right but for its side.

    That is a choice whose right option has a mirror image among the others, or a yes or no to words of left
    and right.
    """
    if one.kind == "choice":
        return _find_mirror(one) is not None
    return one.kind == "yes_no" and _SIDE.search(one.question) is not None


def is_swapped(one: Scored) -> bool:
    """Whether the answer is the mirror image of the right one."""
    return one.read == _find_mirror(one) if one.kind == "choice" else not one.is_right


def _find_mirror(one: Scored) -> str | None:
    """The letter of the option that is the right one with its sides swapped."""
    right = one.options[one.right]
    mirror = _SIDE.sub(lambda side: _SIDES[side[1].lower()], right).casefold()
    if mirror == right.casefold():
        return None
    return next((letter for letter, text in one.options.items() if text.casefold() == mirror), None)


def _count_number(name: str, kind: str, number: float, within: float, results: Results) -> Habit:
    asked = _pick(results, lambda one: one.kind == kind)
    said = [one for one in asked if abs(float(one.read or 0) - number) <= within]
    right = sum(one.is_right for one in said)
    return Habit(name, len(said), len(asked), f"{right:,} of them right")


def _find_commonest(kind: str, results: Results) -> Habit:
    asked: Sequence[Scored] = _pick(results, lambda one: one.kind == kind)
    numbers = Counter(float(one.read or 0) for one in asked)
    number, count = min(numbers.items(), key=lambda one: (-one[1], one[0])) if numbers else (0.0, 0)
    return Habit(f"commonest {kind}: {number:g}", count, len(asked))
