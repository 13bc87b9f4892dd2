"""What is missing is wrong, what was answered stands beside it, and what was not measured is a dash."""

from typing import Any

import pytest

from irloom.figures import DIMENSIONS
from irloom.pipelines.imgcoder.counted import count_problem
from irloom.pipelines.imgcoder.scigen import ScigenScores, Score
from irloom.pipelines.imgcoder.tables import ANSWERED, COLUMNS, list_notes, tabulate, tabulate_answered

CHECK = {"name": "labels_drawn", "passed": True}
Pair = tuple[dict[str, Any], dict[str, Any] | None]


def commit(*faults: tuple[str, str | None], given: int = 0, **more: Any) -> dict[str, Any]:
    listed = [{"stage": stage, "task": task} for stage, task in faults]
    outcome = "failed" if faults else "accepted"
    return {"outcome": outcome, "first_try": 1, "quizzes_given": given, "faults": listed, **more}


def figure(*right: bool, mark: int | None = 2, verdict: str | None = None) -> dict[str, Any]:
    return {
        "quizzes": [{"correct": one} for one in right],
        "open_answer": {"verdict": verdict} if verdict else None,
        "answer": "4.9",
        "judgement": {"scores": {**dict.fromkeys(DIMENSIONS, 1), "correctness": mark}}
        if mark is not None
        else None,
        "checks": [CHECK],
    }


def score(*pairs: Pair, quizzing: bool = True, judging: bool = True) -> Score:
    found = Score()
    for one, row in pairs:
        found.take(count_problem(one, row, quizzing), quizzing, judging)
    return found


def test_a_figure_counts_only_if_all_its_quizzes_are_right() -> None:
    found = score((commit(), figure(True, True)), (commit(), figure(True, False)))
    assert (found.r_inv, found.accuracy) == (0.5, 0.75)


def test_a_quiz_that_was_lost_to_an_error_is_wrong_whether_it_was_given_or_written() -> None:
    for given in (3, 0):
        lost = commit(("quiz", "quiz-01"), ("blind", "quiz-03"), given=given)
        found = score((lost, figure(True)), (commit(given=given), figure(True, True, True)))
        assert (found.r_inv, found.all_right, found.whole) == (0.5, 1, 1)
        assert (found.quizzes, found.quizzes_answered, found.quizzes_right) == (6, 4, 4)


def test_quizzes_that_were_never_written_are_wrong_and_their_number_is_not_invented() -> None:
    found = score((commit(), figure(True)), (commit(("quiz", None)), figure()), (commit(), None))
    assert found.r_inv == pytest.approx(1 / 3)
    assert (found.quizzed, found.unwritten) == (3, 2)
    assert (found.quizzes, found.whole) == (1, 1)


def test_a_figure_of_which_no_quiz_was_left_is_in_no_share_and_is_told() -> None:
    found = score((commit(), figure(True)), (commit(), figure()))
    assert (found.r_inv, found.quizzed, found.unquizzed) == (1.0, 1, 1)
    assert "1 figures have no quiz to ask" in "\n".join(list_notes(ScigenScores(found, {}, {})))


def test_the_open_question_is_a_measure_of_its_own() -> None:
    right, wrong = (commit(), figure(True, verdict="correct")), (commit(), figure(True, verdict="incorrect"))
    found = score(right, wrong, (commit(), figure(True)))
    assert found.r_inv == 1
    assert found.r_inv_open == pytest.approx(2 / 3), "where none was asked the quizzes decide"


@pytest.mark.parametrize("lost", [("quiz", "open"), ("grade", "open"), ("adapt", None)])
def test_an_open_question_that_was_lost_is_not_solved(lost: tuple[str, str | None]) -> None:
    found = score((commit(), figure(True, verdict="correct")), (commit(lost), figure(True)))
    assert (found.r_inv, found.r_inv_open) == (1.0, 0.5)
    assert (found.opens, found.opens_answered, found.opens_right, found.whole_open) == (2, 1, 1, 1)


def test_a_figure_that_was_not_made_has_all_its_quizzes_wrong() -> None:
    rejected, failed = commit(outcome="rejected", first_try=0, given=2), commit(("code", None), given=2)
    found = score((commit(given=2), figure(True, True)), (rejected, None), (failed, None))
    assert found.r_inv == pytest.approx(1 / 3)
    assert (found.quizzes, found.quizzes_right, found.failed, found.drawn) == (6, 2, 1, 1)


def test_without_quizzes_and_a_judge_nothing_is_said_of_them() -> None:
    found = score((commit(given=2), None), quizzing=False, judging=False)
    assert (found.r_inv, found.r_inv_open, found.accuracy) == (None, None, None)
    (row,) = tabulate(ScigenScores(found, {}, {}))
    assert row == ["all", "1", "0", "1", "0", *"––––––––"]
    (row,) = tabulate_answered(ScigenScores(found, {}, {}))
    assert row == ["all", "0", "–", "0", "–", "0", "–", "0", *"–––––"]


def test_marks_are_means_over_all_problems_and_those_of_the_judged_stand_beside() -> None:
    unjudged = (commit(("judge", None)), figure(True, mark=None))
    found = score((commit(), figure(True)), unjudged, (commit(), figure(True, mark=1)), (commit(), None))
    assert (found.mean("correctness"), found.mean("layout")) == (3 / 4, 2 / 4)
    assert (found.judged, found.mean_judged("correctness"), found.mean_judged("layout")) == (2, 1.5, 1.0)
    scores = ScigenScores(found, {}, {})
    counted = dict(zip(COLUMNS, tabulate(scores)[0][1:], strict=True))
    answered = tabulate_answered(scores)[0][1:]
    assert len(answered) == len(ANSWERED)
    assert (counted["C&F"], answered[-6:-4]) == ("0.75", ["2", "1.50"])


def test_the_notes_say_of_how_many_a_share_is_and_what_is_in_none() -> None:
    found = score((commit(), figure(True, verdict="correct")), (commit(("code", None)), None))
    said = "\n".join(list_notes(ScigenScores(found, {}, {}, undone=7, notes={"quiz_unusable": 3})))
    for part in (
        "R_inv is of 2 problems, quizzes of 1, marks of 2 problems.",
        "Open questions: 1 right of 1, 1 answered.",
        "check labels_drawn: 1 of 1 figures drawn passed",
        "1 failed: what an error took counts as wrong",
        "1 problems are wrong in R_inv whose quizzes were never written",
        "quiz unusable: 3, left out of the problems",
        "7 problems of the file are not done, and are in no figure.",
    ):
        assert part in said
