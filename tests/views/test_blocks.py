"""Blocks are walked, rows that no flow explains are told as they are, and words and titles are found."""

from typing import Any

import pytest

from irloom.inside import is_inside
from irloom.views.blocks import (
    Block,
    Code,
    Columns,
    Pictures,
    Question,
    Section,
    Table,
    Text,
    Told,
    View,
    choose_title,
    collect_words,
    list_pictures,
    outcome_chip,
    outline,
    straighten,
    tell_of,
    walk,
)

ROWS: dict[str, list[dict[str, Any]]] = {
    "notes": [
        {
            "sample": "7",
            "task": "long",
            "image": "images/7.png",
            "text": "It is  late.\nVery.",
            "marks": [1, 2],
        },
        {"sample": "7", "task": "short", "images": ["images/8.png"], "text": "Late."},
    ],
    "failed": [],
}


def test_columns_are_straightened_where_nothing_stands_beside_another() -> None:
    one, two, three = Text("one"), Section("two", [Columns([[Text("inside")]])]), Text("three")
    blocks: list[Block] = [Columns([[one], [two, Columns([[three]])]])]
    assert list(straighten(blocks)) == [one, two, three]
    assert list(walk(blocks)) == [one, two, Text("inside"), three]


def test_a_question_is_right_where_the_right_option_was_answered() -> None:
    options = {"A": "one", "B": "two"}
    answers = [Question("How many?", options, "A", answered).is_right for answered in ("A", "B", None)]
    assert answers == [True, False, False]


def test_rows_that_no_flow_explains_are_told_whole_with_their_first_picture() -> None:
    told = Told({"sample": "7"}, ROWS, ())
    pictures, *sections = View().blocks(told)
    assert pictures == Pictures([("notes", "notes")])
    assert [(one.title, one.task) for one in sections if isinstance(one, Section)] == [
        ("notes", "long"),
        ("notes", "short"),
    ]
    table = next(one for one in walk(sections) if isinstance(one, Table))
    assert dict(table.rows) == {  # type: ignore[arg-type]  # rows of two cells
        "sample": "7",
        "task": "long",
        "image": "images/7.png",
        "text": "It is  late.\nVery.",
        "marks": "[1, 2]",
    }


def test_rows_without_a_picture_are_told_without_one() -> None:
    (section,) = View().blocks(Told({"sample": "7"}, {"notes": [{"text": "é"}]}, ()))
    assert section == Section("notes", [Table([("text", "é")])])


def test_a_title_is_the_first_text_on_one_line_that_is_not_too_long() -> None:
    assert choose_title(View(), ROWS) == "It is late. Very."
    assert choose_title(View(), {}) == ""
    title = choose_title(View(), {"notes": [{"text": "x" * 500}]})
    assert (len(title), title[-1]) == (160, "…")


def test_of_pictures_of_one_data_file_there_is_one_and_each_picture_once() -> None:
    (picture,) = list_pictures(View(), {**ROWS, "again": [{"images": ["images/7.png"]}]})
    assert (picture.kind, picture.folder, picture.path) == ("notes", "run", "images/7.png")


def test_words_are_the_id_and_what_was_said_each_once() -> None:
    rows = {
        "edits": [
            {"query": "In red.", "rounds": [{"reason": "Too red.", "steps": [{"text": "left out"}]}]},
            {"query": "In red.", "sha256": "not said", "verdicts": [{"reason": "It is."}]},
        ]
    }
    assert collect_words("7", rows).split("\n") == ["7", "In red.", "Too red.", "It is."]


def test_boxes_are_outlined_in_pixels() -> None:
    overlay = outline([((0.25, 0.5, 0.75, 1.0), "dog")], 400, 200, "boxes")
    (one,) = overlay.rectangles
    assert (one.x, one.y, one.width, one.height, one.text) == (100, 100, 200, 100, "dog")
    assert overlay.letter == pytest.approx(400 / 45)


@pytest.mark.parametrize(
    ("outcome", "tone"), [("accepted", "accepted"), ("rejected in round 2", "rejected"), ("odd", "")]
)
def test_an_outcome_is_coloured_by_its_first_word(outcome: str, tone: str) -> None:
    assert (outcome_chip(outcome).text, outcome_chip(outcome).tone) == (outcome, tone)


@pytest.mark.parametrize(
    ("name", "inside"), [("a/b.png", True), ("../a.png", False), ("a/../../b.png", False), ("/a.png", False)]
)
def test_a_path_that_leads_out_of_its_folder_is_not_inside(name: str, inside: bool) -> None:
    assert is_inside(name) is inside


def test_calls_that_nothing_used_are_not_told() -> None:
    turns = [{"node": "write"}, {"node": "judge", "unused": True}]
    told = tell_of({"commit": {"sample": "7"}, "notes": [], "transcripts": [{"turns": turns}]})
    assert [turn["node"] for turn in told.turns] == ["write"]
    assert (dict(told.rows), told.commit) == ({"notes": []}, {"sample": "7"})


def test_code_is_a_block_of_its_own() -> None:
    assert list(walk([Section("Code", [Code("print()")])]))[1] == Code("print()")
