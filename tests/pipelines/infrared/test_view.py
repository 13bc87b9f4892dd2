"""An infrared sample is told by its pictures, its debates, and its captions with their candidates."""

from pathlib import Path
from typing import Any

import pytest

from irloom.engine.reader import read_sample
from irloom.pipelines.infrared.view import VIEW
from irloom.views.blocks import (
    Candidate,
    Choice,
    Pictures,
    Section,
    Table,
    Text,
    Told,
    list_pictures,
    tell_of,
    walk,
)

KEPT = Path(__file__).parents[2] / "kept" / "infrared" / "run"
"""A run that an older irloom began: its rounds do not hold their instructions."""
ROUNDS: list[dict[str, Any]] = [
    {"round": 1, "verdict": "reject", "category": "material", "reason": "Oak.", "rule": "No wood."},
    {"round": 2, "verdict": "accept", "category": None, "reason": "", "rule": None},
]
TEXTS = ("Question: What?\nAnswer: A wooden bench.", "Question: What?\nAnswer: A bench.")
PAIR: dict[str, Any] = {
    "source": "1.jpg",
    "image": "images/1.png",
    "caption": "A dog.",
    "original": "A red dog.",
    "chosen": "filtered",
    "caption_index": 0,
    "candidates": [
        {"text": "A red dog.", "origin": "original", "score": 0.5, "breaks": ["red"]},
        {"text": "A dog.", "origin": "filtered", "score": 0.75, "breaks": []},
        {"text": "A dog.", "origin": "filtered", "score": 0.75, "breaks": []},
    ],
    "objects": [
        {"label": "dog", "box": [0.0, 0.5, 0.5, 1.0], "crowd": False, "temperature_c": 31.25},
        {"label": "person", "box": [0.5, 0.5, 1.0, 1.0], "crowd": True},
    ],
    "width": 200,
    "height": 100,
    "translation": {"made_by": "radiometric"},
}


def tell(tasks: dict[str, str], **rows: list[dict[str, Any]]) -> Told:
    return Told({"sample": "1", "outcome": "accepted", "tasks": tasks}, rows, ())


def find_sections(told: Told) -> dict[str, Section]:
    return {one.title: one for one in walk(VIEW.blocks(told)) if isinstance(one, Section)}


def debate(**row: Any) -> dict[str, Any]:
    rounds = [{**one, "instruction": text} for one, text in zip(ROUNDS, TEXTS, strict=True)]
    return {"task": "reasoning", "source": "1.jpg", "rounds": rounds, **row}


def test_both_pictures_stand_first_with_who_made_the_infrared_one() -> None:
    shown = next(iter(VIEW.blocks(tell({}, pairs=[PAIR]))))
    assert isinstance(shown, Pictures)
    assert list(shown.shown) == [("visible", "visible"), ("infrared", "infrared, by radiometric")]
    assert shown.overlay is not None
    assert [one.text for one in shown.overlay.rectangles] == ["dog 31.2 °C", "person (crowd)"]
    assert (shown.overlay.rectangles[0].y, shown.overlay.rectangles[0].width) == (50, 100)
    assert [(one.folder, one.path) for one in list_pictures(VIEW, {"pairs": [PAIR]})] == [
        ("source", "1.jpg"),
        ("run", "images/1.png"),
    ]


def test_a_sample_that_failed_before_its_picture_shows_the_photograph_alone() -> None:
    rows: dict[str, Any] = {"failed": [{"task": None, "source": "1.jpg", "message": "gone", "rounds": []}]}
    assert list_pictures(VIEW, rows)[0].path == "1.jpg"
    (shown,) = VIEW.blocks(tell({}, **rows))
    assert shown == Pictures([("visible", "visible")])


def test_an_objection_of_a_check_is_told_as_such() -> None:
    one = {**ROUNDS[0], "by": "check", "rule": None, "instruction": TEXTS[0]}
    sections = find_sections(tell({"reasoning": "rejected"}, rejected=[debate(rounds=[one])]))
    _, check = sections["Round 1"].blocks
    assert isinstance(check, Text)
    assert (check.name, check.text) == ("Check", "Oak.")


@pytest.mark.parametrize("name", ["instructions", "rejected", "failed"])
def test_a_debate_marks_what_changed_and_says_what_the_judge_said(name: str) -> None:
    sections = find_sections(tell({"reasoning": "accepted"}, **{name: [debate()]}))
    assert sections["Task reasoning"].chips[0].text == "accepted"
    written, judge, rule = sections["Round 1"].blocks
    assert isinstance(written, Text)
    assert written.text == TEXTS[0]
    assert isinstance(judge, Text)
    assert (judge.name, judge.text, judge.tone) == ("Judge", "Oak.", "rejected")
    assert [chip.text for chip in judge.chips] == ["reject", "material"]
    assert rule == Text("No wood.", "Rule mined", tone="rule")
    written, judge = sections["Round 2"].blocks
    assert isinstance(written, Text)
    assert ("gone", "wooden ") in written.pieces
    assert isinstance(judge, Text)
    assert [chip.text for chip in judge.chips] == ["accept"]


def test_tasks_stand_in_their_order_with_the_name_that_they_are_asked_for_by() -> None:
    rows = [debate(task=task) for task in ("description", "conversation")]
    told = tell({"description": "accepted", "conversation": "unjudged"}, instructions=rows)
    tasks = [one.task for one in walk(VIEW.blocks(told)) if isinstance(one, Section) and one.task]
    assert tasks == ["conversation", "description"]


def test_equal_candidates_of_a_caption_stand_once_the_best_first() -> None:
    (choice,) = (one for one in walk(VIEW.blocks(tell({}, pairs=[PAIR]))) if isinstance(one, Choice))
    assert choice == Choice(
        "1. A red dog.",
        [
            Candidate("A dog.", "filtered", times=2, score=0.75, chosen=True),
            Candidate("A red dog.", "original", score=0.5, objection="breaks a rule: red"),
        ],
    )


def test_a_title_is_a_caption_else_what_went_wrong() -> None:
    failed, rejected = [{"message": "HTTP 500"}], [debate()]
    assert VIEW.title({"pairs": [PAIR], "failed": failed}) == "A dog."
    assert VIEW.title({"pairs": [], "failed": failed, "rejected": rejected}) == "HTTP 500"
    assert VIEW.title({"rejected": rejected}) == "Oak."
    assert VIEW.title({}) == ""


def test_runs_are_compared_by_captions_instructions_and_objections() -> None:
    told = tell(
        {"reasoning": "accepted", "description": "rejected"},
        pairs=[PAIR],
        instructions=[debate()],
        rejected=[debate(task="description")],
    )
    assert VIEW.texts(told) == {
        "Caption 1": "A dog.",
        "Reasoning": TEXTS[1],
        "Description": TEXTS[1],
        "Objections to description": "Oak.",
    }


def test_the_instructions_of_an_older_run_are_found_in_its_transcript() -> None:
    told = tell_of(read_sample(KEPT, "1"))
    sections = find_sections(told)
    assert [title for title in sections if title.startswith("Task")] == [
        f"Task {name}"
        for name in ("conversation", "reasoning", "description")
        if name in told.commit["tasks"]
    ]
    written = [one for one in walk(list(sections.values())) if isinstance(one, Text) and one.pieces]
    assert written
    assert all(one.text.startswith("Question: ") for one in written)


def test_a_verdict_that_was_asked_for_once_more_does_not_hide_what_was_judged() -> None:
    where = {"task": "reasoning", "round": 1, "stage": "judge"}
    again = {**where, "repair": 1, "fields": {"form": "{}", "problem": "no verdict", "reply": "Hm."}}
    first = {**where, "repair": 0, "fields": {"instruction": TEXTS[0]}}
    rows: dict[str, Any] = {"rejected": [{**debate(), "rounds": ROUNDS[:1], "messages": []}]}
    told = Told(
        {"sample": "1", "outcome": "rejected", "tasks": {"reasoning": "rejected"}}, rows, (again, first)
    )
    written = find_sections(told)["Round 1"].blocks[0]
    assert isinstance(written, Text)
    assert written.text == TEXTS[0]


def test_a_rejected_caption_is_told_with_its_stage_its_reason_and_what_was_tried() -> None:
    row = {**PAIR, "caption": 1, "stage": "select", "reason": "every candidate breaks a rule (red)"}
    told = tell({}, rejected_pairs=[{name: row[name] for name in row if name != "chosen"}])
    section = find_sections(told)["2. A red dog."]
    assert [chip.text for chip in section.chips] == ["select"]
    reason, choice = section.blocks
    assert reason == Text("every candidate breaks a rule (red)")
    assert isinstance(choice, Choice)
    assert not any(one.chosen for one in choice.candidates)
    assert find_sections(tell({}, rejected_pairs=[{**row, "candidates": []}]))["2. A red dog."]
    assert VIEW.title(told.rows) == "A red dog."


def test_what_a_detector_said_stands_beside_captions_and_rounds() -> None:
    scores = [{"sentence": "A dog lies there.", "score": 90.0}, {"sentence": "It barks.", "score": None}]
    doubted = {"text": "Two dogs.", "scores": [{"sentence": "Two dogs.", "score": 12.345}]}
    verified = {"model": "eyes", "on": "visible", "above": 60.0, "scores": scores, "gave_way": [doubted]}
    told = tell({}, pairs=[{**PAIR, "verified": verified}])
    captions = find_sections(told)["Captions"]
    assert captions.note == "1, with their candidates"
    _, *said = captions.blocks
    listed = Table([("A dog lies there.", "90"), ("It barks.", "not asked")], ("sentence", "detector"))
    assert said == [
        Text("eyes on the photograph, kept from 60 on", "Detector"),
        listed,
        Text("Two dogs.", "Gave way"),
        Table([("Two dogs.", "12.35")], ("sentence", "detector")),
    ]
    one = {**ROUNDS[0], "by": "detector", "rule": None, "instruction": TEXTS[0], "scores": scores}
    sections = find_sections(tell({"reasoning": "rejected"}, rejected=[debate(rounds=[one])]))
    _, objection, table = sections["Round 1"].blocks
    assert isinstance(objection, Text)
    assert (objection.name, table) == ("Detector", listed)


def test_a_caption_that_was_rejected_before_a_detector_saw_it_shows_no_scores() -> None:
    row = {**PAIR, "caption": 0, "stage": "select", "reason": "Red.", "verified": None}
    assert len(find_sections(tell({}, rejected_pairs=[row]))["1. A red dog."].blocks) == 2
