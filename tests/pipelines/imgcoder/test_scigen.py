"""A figure that was not made counts as wrong, and what was not measured is a dash."""

from typing import Any

import pytest

from irloom.pipelines.imgcoder.scigen import ScigenScores, Score, tabulate

CHECK = {"name": "labels_drawn", "passed": True}


def commit(**more: Any) -> dict[str, Any]:
    return {"outcome": "accepted", "first_try": 1, "quizzes_given": 2, **more}


def figure(*right: bool, mark: int = 2, verdict: str | None = None) -> dict[str, Any]:
    return {
        "quizzes": [{"correct": one} for one in right],
        "open_answer": {"verdict": verdict} if verdict else None,
        "judgement": {"scores": {"correctness": mark, "layout": 1}},
        "checks": [CHECK],
    }


def test_a_figure_counts_only_if_all_its_quizzes_are_right() -> None:
    score = Score()
    score.take(commit(), figure(True, True), quizzing=True)
    score.take(commit(), figure(True, False), quizzing=True)
    assert (score.r_inv, score.accuracy) == (0.5, 0.75)


def test_the_open_question_is_a_measure_of_its_own() -> None:
    score = Score()
    score.take(commit(), figure(True, verdict="correct"), quizzing=True)
    score.take(commit(), figure(True, verdict="incorrect"), quizzing=True)
    score.take(commit(), figure(True), quizzing=True)
    assert score.r_inv == 1
    assert score.r_inv_open == pytest.approx(2 / 3), "where none was asked the quizzes decide"


def test_a_figure_that_was_not_made_has_all_its_quizzes_wrong() -> None:
    score = Score()
    score.take(commit(), figure(True, True), quizzing=True)
    score.take(commit(outcome="rejected", first_try=0), None, quizzing=True)
    score.take(commit(outcome="failed", first_try=0), None, quizzing=True)
    assert score.r_inv == pytest.approx(1 / 3)
    assert (score.quizzes, score.quizzes_right, score.failed, score.drawn) == (6, 2, 1, 1)


def test_without_quizzes_nothing_is_said_of_them() -> None:
    score = Score()
    score.take(commit(), None, quizzing=False)
    assert (score.r_inv, score.r_inv_open, score.accuracy) == (None, None, None)
    (row,) = tabulate(ScigenScores(score, {}, {}))
    assert row == ["all", "1", "0", "1", "0", "–", "–", "–", "–", "–", "–", "–", "–"]


def test_marks_are_means_over_the_figures_that_were_judged() -> None:
    score = Score()
    score.take(commit(), figure(mark=2), quizzing=True)
    score.take(commit(), {**figure(), "judgement": None}, quizzing=True)
    score.take(commit(), figure(mark=1), quizzing=True)
    assert (score.mean("correctness"), score.mean("layout"), score.mean("readability")) == (1.5, 1.0, None)
