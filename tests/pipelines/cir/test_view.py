"""A seed is told by its families: siblings beside each other, each with its rounds, verdicts and figures."""

from pathlib import Path
from typing import Any

from irloom.engine.reader import read_sample
from irloom.pipelines.cir.view import VIEW
from irloom.views.blocks import (
    Chip,
    Columns,
    Pictures,
    Section,
    Table,
    Text,
    Told,
    list_pictures,
    tell_of,
    walk,
)

KEPT = Path(__file__).parents[2] / "kept" / "cir" / "run"


def kept() -> Told:
    """A seed with two edits of its colour, one of them in the second round."""
    return tell_of(read_sample(KEPT, "1"))


def find_sections(told: Told) -> dict[str, Section]:
    return {one.title: one for one in walk(VIEW.blocks(told)) if isinstance(one, Section)}


def refuse(**row: Any) -> dict[str, Any]:
    return {
        "sample": "1",
        "task": "shape.2",
        "family": 2,
        "edit": 2,
        "subcategory": "shape",
        "base": "the ball has another shape",
        "point": "a cube",
        "reference": "images/seeds/1.png",
        "rounds": [
            {
                "round": 1,
                "category": "unchanged",
                "reason": "nothing changed",
                "instruction": "Make it a cube.",
                "image": "images/edits/1_2-r1.png",
                "measured": {"changed": 0.25, "twin": True, "hash_distance": 3, "inside": None},
                "verdicts": [
                    {
                        "stage": "figures",
                        "passed": False,
                        "category": "unchanged",
                        "reason": "nothing changed",
                    }
                ],
            }
        ],
        "given_up": None,
        **row,
    }


def rejected(**row: Any) -> Told:
    return Told({"sample": "1", "tasks": {}}, {"edits": [], "rejected": [refuse(**row)]}, ())


def test_siblings_stand_beside_each_other_below_their_family() -> None:
    reference, family = VIEW.blocks(kept())
    assert reference == Pictures([("reference", "reference")])
    assert isinstance(family, Section)
    assert (family.title, family.note, family.task) == ("color", "the car has another colour", "color")
    (columns,) = family.blocks
    assert isinstance(columns, Columns)
    assert [[one.task for one in column if isinstance(one, Section)] for column in columns.columns] == [
        ["color.1"],
        ["color.2"],
    ]


def test_an_edit_is_told_by_its_query_its_picture_its_verdicts_and_its_figures() -> None:
    edit = find_sections(kept())["color.1"]
    assert (edit.note, edit.chips) == ("purple", [Chip("accepted", "accepted")])
    query, pictures, instruction, figures, change, rest, *_ = edit.blocks
    assert query == Text("Find me a picture like this with purple.", "Query", [Chip("search")])
    assert pictures == Pictures([("reference", "reference"), ("color.1", "target")])
    assert instruction == Text("Make the car purple.", tone="dim")
    assert [one.chips[0].text for one in (figures, change, rest) if isinstance(one, Text)] == [
        "figures: passed",
        "change: passed",
        "rest: passed",
    ]
    (table,) = find_sections(kept())["Figures"].blocks
    assert isinstance(table, Table)
    assert ("hash distance", "4") in table.rows


def test_rounds_of_an_edit_are_folded_with_their_pictures_and_what_was_wrong() -> None:
    rounds = find_sections(kept())["2 rounds"]
    assert rounds.folded
    first, second = rounds.blocks
    assert isinstance(first, Section)
    assert first.chips == [Chip("not_done", "rejected")]
    assert Text("the car is as it was", tone="rejected") in first.blocks
    assert Pictures([("color.1-r1", "round 1")]) in first.blocks
    assert isinstance(second, Section)
    assert not second.chips


def test_a_rejected_edit_shows_its_last_picture_and_why() -> None:
    edit = find_sections(rejected())["shape.2"]
    assert edit.chips == [Chip("rejected", "rejected")]
    assert Pictures([("reference", "reference"), ("shape.2-r1", "target")]) in edit.blocks
    chip = Chip("figures: unchanged", "rejected")
    assert Text("nothing changed", chips=[chip], tone="rejected") in edit.blocks
    assert find_sections(rejected())["Figures"].blocks == [
        Table([("changed", "0.250"), ("hash distance", "3")])
    ]


def test_an_edit_that_was_given_up_says_why() -> None:
    edit = find_sections(rejected(given_up="the reply holds no steps"))["shape.2"]
    assert Text("the reply holds no steps", "No further round", tone="dim") in edit.blocks


def test_a_kind_that_an_image_does_not_offer_says_why() -> None:
    row = {"task": "count", "subcategory": "count", "family": 3, "reference": "images/seeds/1.png"}
    rounds = [{"round": 1, "category": "not_offered", "reason": "there is one ball"}]
    told = Told({"sample": "1", "tasks": {}}, {"rejected": [{**row, "rounds": rounds}]}, ())
    chip = Chip("not offered", "rejected")
    assert find_sections(told)["count"].blocks == [Text("there is one ball", chips=[chip], tone="rejected")]


def test_pictures_are_the_reference_the_edits_and_then_their_rounds() -> None:
    assert [picture.kind for picture in list_pictures(VIEW, kept().rows)] == [
        *("reference", "color.1", "color.2"),
        *("color.1-r1", "color.1-r2", "color.2-r1"),
    ]
    failed = {"failed": [{"image": "1.jpg", "message": "gone"}]}
    (seed,) = list_pictures(VIEW, failed)
    assert (seed.kind, seed.folder) == ("reference", "source")


def test_a_title_is_a_query_else_what_went_wrong() -> None:
    assert VIEW.title(kept().rows) == "Find me a picture like this with purple."
    assert VIEW.title({"failed": [{"message": "HTTP 500"}], "rejected": [refuse()]}) == "HTTP 500"
    assert VIEW.title({"rejected": [refuse()]}) == "nothing changed"


def test_runs_are_compared_by_queries_and_objections() -> None:
    assert VIEW.texts(kept()) == {
        "color.1": "Find me a picture like this with purple.",
        "color.2": "Find me a picture like this with a green car.",
    }
    assert VIEW.texts(rejected()) == {"Objections to shape.2": "nothing changed"}
