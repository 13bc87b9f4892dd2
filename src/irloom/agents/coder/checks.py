"""Verifies a picture without a model, from the texts and boxes that Matplotlib's renderer placed."""

import re
from collections.abc import Sequence
from itertools import combinations

from irloom.agents.values import find_values, flatten, holds_value
from irloom.drawings import DrawnText
from irloom.figures import Check, Picture, Plan, Problem

_EDGE = 0.005
"""Share of the canvas by which a text may leave it."""
_COVERED = 0.15
"""Share of the smaller of two texts that the other may cover: boxes are a little larger than letters."""
_LONGEST_ANSWER = 40
_WORDY = 4
"""A label of more words describes what is to be read, so that only its values are looked for."""
_CHOICE = re.compile(r"^\s*\(?[A-E][).:]\s+")
_MARKUP = re.compile(r"\*\*|\\boxed|\\text|\{eq\}|\{/eq\}")


def check_picture(
    picture: Picture, problem: Problem, plan: Plan, givens: Sequence[str] = ()
) -> tuple[Check, ...]:
    """Everything that can be verified of a picture, one check a kind."""
    texts = [text for text in picture.texts if text.text.strip()]
    return (
        check_labels(texts, plan, givens),
        check_forbidden(texts, problem, plan),
        check_inside(texts),
        check_overlap(texts),
    )


def check_labels(texts: Sequence[DrawnText], plan: Plan, givens: Sequence[str]) -> Check:
    """The plan's labels and the given values can be read in the picture."""
    drawn = [form for text in texts for form in (text.plain, text.text)]
    missing = [label for label in dict.fromkeys([*plan.labels, *givens]) if not _is_drawn(drawn, label)]
    skipped = () if plan.labels or givens else ("the plan names no label",)
    problems = tuple(f"{label!r} should be read in the figure, and is not" for label in missing)
    return Check(name="labels_drawn", passed=not problems, problems=problems, skipped=skipped)


def _is_drawn(drawn: Sequence[str], label: str) -> bool:
    """As it stands, or, where a label describes more than it says, each of its values."""
    if holds_value(drawn, label):
        return True
    values = find_values(label)
    wordy = len(label.split()) > _WORDY or ":" in label or "=" in label
    return wordy and bool(values) and all(holds_value(drawn, value) for value in values)


def check_forbidden(texts: Sequence[DrawnText], problem: Problem, plan: Plan) -> Check:
    """Neither the answer nor what the plan forbids can be read in a label; ticks may show any number."""
    labels = [text.plain for text in texts if text.role != "tick_label"]
    problems, skipped = [], []
    answer = _shorten_answer(problem.answer)
    for text in dict.fromkeys([*plan.forbidden, *([answer] if answer else [])]):
        if reason := _why_not_looked_for(text, problem):
            skipped.append(f"{text!r}: {reason}")
        elif holds_value(labels, text):
            problems.append(f"{text!r} gives the answer away, and must not be read in the figure")
    if problem.answer and not answer:
        skipped.append("the answer is too long to be looked for")
    return Check(
        name="forbidden_absent", passed=not problems, problems=tuple(problems), skipped=tuple(skipped)
    )


def _shorten_answer(answer: str | None) -> str | None:
    """A short answer without its letter and marks; None where it is a sentence."""
    text = _CHOICE.sub("", _MARKUP.sub("", answer or "")).strip().rstrip(".")
    return text if 0 < len(text) <= _LONGEST_ANSWER else None


def _why_not_looked_for(text: str, problem: Problem) -> str | None:
    if len(flatten(text)) < 2:
        return "a single sign stands in too many labels"
    if holds_value([problem.question, *problem.elements], text):
        return "the problem itself gives it"
    return None


def check_inside(texts: Sequence[DrawnText]) -> Check:
    """Every text lies inside the canvas."""
    outside = [text for text in texts if _reaches_out(text)]
    problems = tuple(f"{_quote(text)} reaches beyond the canvas" for text in outside)
    return Check(name="inside_canvas", passed=not problems, problems=problems)


def _reaches_out(text: DrawnText) -> bool:
    x1, y1, x2, y2 = text.box
    return min(x1, y1) < -_EDGE or max(x2, y2) > 1 + _EDGE


def check_overlap(texts: Sequence[DrawnText]) -> Check:
    """No text covers another; texts at a slant are left out, whose boxes are larger than they are."""
    straight = [text for text in texts if round(text.rotation) % 90 == 0]
    slanted = len(texts) - len(straight)
    problems = tuple(
        f"{_quote(one)} and {_quote(other)} overlap"
        for one, other in combinations(straight, 2)
        if _share_covered(one.box, other.box) > _COVERED
    )
    skipped = (f"{slanted} texts at a slant",) if slanted else ()
    return Check(name="no_overlap", passed=not problems, problems=problems, skipped=skipped)


def _share_covered(one: Sequence[float], other: Sequence[float]) -> float:
    """Share of the smaller box that the larger one covers."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def _quote(text: DrawnText) -> str:
    shown = " ".join(text.text.split())
    return repr(shown if len(shown) <= _LONGEST_ANSWER else f"{shown[:_LONGEST_ANSWER]}…")
