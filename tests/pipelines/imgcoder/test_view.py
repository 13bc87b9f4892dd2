"""A problem is told by its figure beside plan, checks and marks, then quizzes, drafts and code."""

from pathlib import Path
from typing import Any

import pytest

from irloom.engine.reader import read_sample
from irloom.pipelines.imgcoder.view import VIEW
from irloom.views.blocks import (
    Chip,
    Code,
    Columns,
    Pictures,
    Question,
    Section,
    Table,
    Text,
    Told,
    list_pictures,
    tell_of,
    walk,
)

KEPT = Path(__file__).parents[2] / "kept" / "imgcoder" / "run"
REJECTED: dict[str, Any] = {
    "sample": "poem",
    "task": "figure",
    "question": "Write a poem.",
    "image_type": "Biology - Cell",
    "reasons": [{"category": "unsupported", "reason": "a poem is no figure"}],
    "code": None,
    "drafts": [{"round": 1, "failure": {"reason": "unsupported", "log": ""}, "faults": []}],
}


def kept(**changed: Any) -> Told:
    """A figure of the second draft, with marks and a quiz."""
    told = tell_of(read_sample(KEPT, "p1"))
    return Told(told.commit, {"figures": [{**told.rows["figures"][0], **changed}]}, told.turns)


def find_sections(told: Told) -> dict[str, Section]:
    return {one.title: one for one in walk(VIEW.blocks(told)) if isinstance(one, Section)}


def test_a_figure_stands_beside_its_plan_its_checks_and_its_marks() -> None:
    problem, columns, *_ = VIEW.blocks(kept())
    assert isinstance(problem, Section)
    assert (problem.title, problem.note) == ("Problem", "Physics - Mechanical")
    assert problem.blocks[1] == Text("4.9 m/s^2", "Answer")
    assert isinstance(columns, Columns)
    (figure,), beside = columns.columns
    assert isinstance(figure, Pictures)
    assert figure.overlay is not None
    assert figure.overlay.what == "where its texts are"
    assert [one.title for one in beside if isinstance(one, Section)] == ["Plan", "Checks", "Marks"]


def test_a_plan_has_a_line_for_each_point_and_leaves_out_what_is_empty() -> None:
    plan = {"content": ["a block", "an incline"], "labels": []}
    assert find_sections(kept(plan=plan))["Plan"].blocks == [Table([("content", "a block\nan incline")])]
    assert "Plan" not in find_sections(kept(plan=None))


def test_a_check_says_what_it_found_and_what_it_did_not_look_at() -> None:
    checks = [
        {"name": "no_overlap", "passed": False, "problems": ["A on B"], "skipped": ["a formula"]},
        {"name": "labels_drawn", "passed": True, "problems": [], "skipped": []},
    ]
    assert find_sections(kept(checks=checks))["Checks"].blocks == [
        Text("A on B; not looked at: a formula", "no overlap", [Chip("no", "rejected")]),
        Text("nothing found", "labels drawn", [Chip("ok", "accepted")]),
    ]


def test_marks_are_of_two_with_their_reasons() -> None:
    (table,) = find_sections(kept())["Marks"].blocks
    assert isinstance(table, Table)
    assert table.meter == 2
    assert ("layout", "2", "so") in table.rows
    assert "Marks" not in find_sections(kept(judgement=None))


def test_a_quiz_stands_with_its_answer_and_how_many_were_dropped() -> None:
    quizzes = find_sections(kept())["Quizzes"]
    assert quizzes.blocks == [Question("Which mass is marked?", {"A": "2 kg", "B": "9 kg"}, "A", "A")]
    note = find_sections(kept(quizzes_dropped=2))["Quizzes"].note
    assert note == "answered from the picture alone; 2 dropped, because they can be answered without it"


@pytest.mark.parametrize(("verdict", "tone"), [("correct", "accepted"), ("wrong", "rejected")])
def test_an_open_question_is_told_with_its_verdict(verdict: str, tone: str) -> None:
    answered = {"answer": "4.9", "verdict": verdict}
    section = find_sections(kept(open_answer=answered))["Open question"]
    assert (section.chips[0].text, section.chips[0].tone) == (verdict, tone)
    assert section.blocks == [Text("4.9")]


def test_drafts_are_told_where_there_were_several_or_none_was_drawn() -> None:
    drafts = find_sections(kept())["Drafts"].blocks
    first, second = drafts
    assert isinstance(first, Section)
    assert first.chips == [Chip("code error", "rejected")]
    (log,) = first.blocks
    assert isinstance(log, Code)
    assert "NameError" in log.text
    assert isinstance(second, Section)
    assert second.blocks == [Text("drawn, and nothing was found wrong")]
    one = {"round": 1, "failure": None, "faults": ["a label lies outside"]}
    assert "Drafts" not in find_sections(kept(drafts=[one]))


def test_a_problem_without_a_figure_says_why() -> None:
    sections = find_sections(Told({"sample": "poem"}, {"rejected": [REJECTED]}, ()))
    chip = Chip("unsupported", "rejected")
    assert sections["Problem"].blocks == [
        Text("Write a poem."),
        Text("a poem is no figure", chips=[chip], tone="rejected"),
    ]
    assert sections["Draft 1"].chips == [chip]
    assert "Code" not in sections


def test_a_rejected_figure_says_why_beside_what_was_drawn() -> None:
    told = kept()
    both = Told(told.commit, {**told.rows, "rejected": [REJECTED]}, ())
    sections = find_sections(both)
    assert (
        Text("a poem is no figure", chips=[Chip("unsupported", "rejected")], tone="rejected")
        in sections["Problem"].blocks
    )
    assert "Checks" in sections


def test_a_sample_that_failed_at_once_is_told_by_its_fault_alone() -> None:
    rows = {"figures": [], "rejected": [], "failed": [{"message": "the line is no JSON"}]}
    assert list(VIEW.blocks(Told({"sample": "x"}, rows, ()))) == []
    assert VIEW.title(rows) == "the line is no JSON"


def test_a_title_is_the_problem_and_the_picture_its_figure() -> None:
    assert VIEW.title(kept().rows).startswith("Block 1: A block of mass 2 kg")
    assert VIEW.title({"rejected": [REJECTED]}) == "Write a poem."
    (figure,) = list_pictures(VIEW, kept().rows)
    assert (figure.kind, figure.path) == ("figure", "images/p1-2.png")


def test_runs_are_compared_by_code_and_objections() -> None:
    assert VIEW.texts(kept())["Code"].startswith("import matplotlib")
    assert VIEW.texts(Told({"sample": "poem"}, {"rejected": [REJECTED]}, ())) == {
        "Objections to figure": "a poem is no figure"
    }
