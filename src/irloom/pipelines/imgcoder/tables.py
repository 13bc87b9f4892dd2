"""SciGenBench's scores as tables of text, and what is said below them."""

from collections.abc import Iterator, Sequence

from irloom.figures import DIMENSIONS
from irloom.pipelines.imgcoder.scigen import ScigenScores, Score

_MARKS = ("C&F", "L&P", "R&O", "SP", "E&R")
COLUMNS = ("problems", "drawn", "at once", "failed", "R_inv", "R_inv+open", "quizzes", *_MARKS)
ANSWERED = (
    *("answered", "R_inv", "with open", "R_inv+open", "quizzes answered", "right"),
    *("judged", *_MARKS),
)
"""Columns of what was answered alone, each share behind the number that it is of."""


def tabulate(scores: ScigenScores) -> list[list[str]]:
    """One line a group: its name, then `COLUMNS`; a dash where nothing was measured."""
    return [[name, *_show(score)] for name, score in _list_groups(scores)]


def tabulate_answered(scores: ScigenScores) -> list[list[str]]:
    """The same of what was answered and judged alone, by `ANSWERED`."""
    return [[name, *_show_answered(score)] for name, score in _list_groups(scores)]


def list_notes(scores: ScigenScores) -> Iterator[str]:
    """What the columns are, of how many, and what is in none of them."""
    one = scores.overall
    yield (
        "R_inv: per cent of problems whose quizzes are all answered right; +open: and the problem is solved."
    )
    yield "Marks from 0 to 2: correctness, layout, readability, plausibility, expressiveness."
    yield "What is missing is wrong, mark 0: a figure that was not drawn, a quiz or a mark that was lost."
    yield (
        f"R_inv is of {one.quizzed:,} problems, quizzes of {one.quizzes:,}, "
        f"marks of {one.to_judge:,} problems."
    )
    if one.opens:
        yield f"Open questions: {one.opens_right:,} right of {one.opens:,}, {one.opens_answered:,} answered."
    for name, passed in sorted(one.checks.items()):
        yield f"check {name}: {sum(passed)} of {len(passed)} figures drawn passed"
    yield from _list_missing(scores)


def _list_missing(scores: ScigenScores) -> Iterator[str]:
    one = scores.overall
    if one.failed:
        yield (
            f"{one.failed:,} failed: what an error took counts as wrong; retry with "
            "`irloom resume --retry-failed`."
        )
    if one.unwritten:
        yield (
            f"{one.unwritten:,} problems are wrong in R_inv whose quizzes were never written: no quizzes of "
            "theirs are among those counted."
        )
    if one.unquizzed:
        yield f"{one.unquizzed:,} figures have no quiz to ask, and are in no share of quizzes."
    for name, number in sorted(scores.notes.items()):
        yield f"{name.replace('_', ' ')}: {number:,}, left out of the problems when they were read."
    if scores.undone:
        yield f"{scores.undone:,} problems of the file are not done, and are in no figure."


def _list_groups(scores: ScigenScores) -> list[tuple[str, Score]]:
    return [("all", scores.overall), *scores.subjects.items(), *scores.types.items()]


def _show(score: Score) -> list[str]:
    counts = (score.problems, score.drawn, score.drawn_at_once, score.failed)
    shares = (score.r_inv, score.r_inv_open, score.accuracy)
    return [
        *(f"{count:,}" for count in counts),
        *map(_show_share, shares),
        *_show_marks([score.mean(name) for name in DIMENSIONS]),
    ]


def _show_answered(score: Score) -> list[str]:
    pairs = (
        (score.all_right, score.whole),
        (score.all_right_open, score.whole_open),
        (score.quizzes_right, score.quizzes_answered),
    )
    shares = [
        cell for part, whole in pairs for cell in (f"{whole:,}", _show_share(part / whole if whole else None))
    ]
    marks = [score.mean_judged(name) for name in DIMENSIONS]
    return [*shares, f"{score.judged:,}", *_show_marks(marks)]


def _show_share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _show_marks(marks: Sequence[float | None]) -> list[str]:
    return ["–" if mark is None else f"{mark:.2f}" for mark in marks]
