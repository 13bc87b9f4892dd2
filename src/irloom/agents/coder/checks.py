"""Verifies a picture without a model, from the texts and boxes that Matplotlib's renderer placed."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from irloom.agents.coder.overlaps import MOST_PAIRS, find_overlaps
from irloom.agents.values import Wording, find_values, flatten
from irloom.drawings import DrawnText
from irloom.figures import Check, Picture, Plan, Problem

_EDGE = 0.005
"""Share of the canvas by which a text may leave it."""
_LONGEST_ANSWER = 40
MOST_PROBLEMS = 100
"""Of one kind that a check lists: more helps no repair, and would fill rows and prompts."""
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
    drawn = Wording(form for text in texts for form in (text.plain, text.text))
    missing = [label for label in dict.fromkeys([*plan.labels, *givens]) if not _is_drawn(drawn, label)]
    skipped = () if plan.labels or givens else ("the plan names no label",)
    problems = _list_problems(f"{label!r} should be read in the figure, and is not" for label in missing)
    return Check(name="labels_drawn", passed=not problems, problems=problems, skipped=skipped)


def _is_drawn(drawn: Wording, label: str) -> bool:
    """As it stands, or, where a label describes more than it says, each of its values."""
    if drawn.holds(label):
        return True
    values = find_values(label)
    wordy = len(label.split()) > _WORDY or ":" in label or "=" in label
    return wordy and bool(values) and all(drawn.holds(value) for value in values)


def check_forbidden(texts: Sequence[DrawnText], problem: Problem, plan: Plan) -> Check:
    """Neither the answer nor what the plan forbids can be read in a label; ticks may show any number."""
    labels = Wording(text.plain for text in texts if text.role != "tick_label")
    given = Wording([problem.question, *problem.elements])
    problems, skipped = [], []
    answer = _shorten_answer(problem.answer)
    for text in dict.fromkeys([*plan.forbidden, *([answer] if answer else [])]):
        if reason := _why_not_looked_for(text, given):
            skipped.append(f"{text!r}: {reason}")
        elif labels.holds(text):
            problems.append(f"{text!r} gives the answer away, and must not be read in the figure")
    if problem.answer and not answer:
        skipped.append("the answer is too long to be looked for")
    return Check(
        name="forbidden_absent",
        passed=not problems,
        problems=_list_problems(problems),
        skipped=_list_problems(skipped),
    )


def _shorten_answer(answer: str | None) -> str | None:
    """A short answer without its letter and marks; None where it is a sentence."""
    text = _CHOICE.sub("", _MARKUP.sub("", answer or "")).strip().rstrip(".")
    return text if 0 < len(text) <= _LONGEST_ANSWER else None


def _why_not_looked_for(text: str, given: Wording) -> str | None:
    if len(flatten(text)) < 2:
        return "a single sign stands in too many labels"
    if given.holds(text):
        return "the problem itself gives it"
    return None


def check_inside(texts: Sequence[DrawnText]) -> Check:
    """Every text lies inside the canvas."""
    outside = (text for text in texts if _reaches_out(text))
    problems = _list_problems(f"{_quote(text)} reaches beyond the canvas" for text in outside)
    return Check(name="inside_canvas", passed=not problems, problems=problems)


def _reaches_out(text: DrawnText) -> bool:
    x1, y1, x2, y2 = text.box
    return min(x1, y1) < -_EDGE or max(x2, y2) > 1 + _EDGE


def check_overlap(texts: Sequence[DrawnText]) -> Check:
    """No text covers another; texts at a slant are left out, whose boxes are larger than they are."""
    straight = [text for text in texts if round(text.rotation) % 90 == 0]
    slanted = len(texts) - len(straight)
    pairs = find_overlaps([text.box for text in straight])
    problems = _list_problems(
        f"{_quote(straight[one])} and {_quote(straight[other])} overlap" for one, other in pairs
    )
    skipped = [f"{slanted} texts at a slant"] if slanted else []
    if len(pairs) == MOST_PAIRS:
        skipped.append(f"further overlaps, after {MOST_PAIRS:,}")
    return Check(name="no_overlap", passed=not problems, problems=problems, skipped=tuple(skipped))


def _list_problems(problems: Iterable[str]) -> tuple[str, ...]:
    """The first problems, and how many more there are."""
    rest = iter(problems)
    first = tuple(islice(rest, MOST_PROBLEMS))
    more = sum(1 for _ in rest)
    return (*first, f"and {more:,} more of this kind") if more else first


def _quote(text: DrawnText) -> str:
    shown = " ".join(text.text.split())
    return repr(shown if len(shown) <= _LONGEST_ANSWER else f"{shown[:_LONGEST_ANSWER]}…")
