"""Families of edits, as models write them."""

import json
from typing import Any

import pytest

from irloom.agents.proposer.replies import MEANINGS, FamilyReader
from irloom.edits import SUBCATEGORIES, Family, Subcategory
from irloom.errors import ModelReplyError
from irloom.prompts import Prompts
from irloom.protocols import ReplyText, Unreadable


def step(value: str, subcategory: str = "color", target: int = 1) -> dict[str, Any]:
    return {
        "subcategory": subcategory,
        "instruction": f"Make it {value}.",
        "object": target,
        "what": "the car",
        "value": value,
        "region": None,
    }


def read(
    reply: object, subcategory: Subcategory = "color", count: int = 3, finish: str = "stop"
) -> Family | Unreadable:
    text = reply if isinstance(reply, str) else json.dumps(reply)
    return FamilyReader(2, subcategory, count, 2)(
        ReplyText.model_validate({"text": text, "finish_reason": finish})
    )


def family(*edits: list[dict[str, Any]], reason: str = "") -> dict[str, Any]:
    listed = [{"point": steps[-1]["value"], "steps": steps} for steps in edits]
    return {"base": "the car's colour", "reason": reason, "edits": listed}


def values(found: Family | Unreadable) -> list[list[str]]:
    assert isinstance(found, Family)
    return [[one.value for one in point.steps] for point in found.points]


def test_siblings_are_read_with_what_they_share_and_what_each_has() -> None:
    found = read(family([step("blue")], [step("green")]))
    assert isinstance(found, Family)
    assert (found.family, found.subcategory, found.base, found.reason) == (2, "color", "the car's colour", "")
    assert [point.point for point in found.points] == ["blue", "green"]


def test_edits_that_are_the_same_count_once_and_no_more_are_taken_than_were_asked_for() -> None:
    found = read(family([step("blue")], [step("Blue")], [step("red")], [step("green")], [step("pink")]))
    assert values(found) == [["blue"], ["red"], ["green"]]


def test_an_edit_of_another_kind_or_of_several_steps_is_left_out() -> None:
    found = read(family([step("striped", "texture")], [step("red"), step("blue")], [step("green")]))
    assert values(found) == [["green"]]


def test_complex_siblings_that_do_not_share_the_first_step_are_left_out() -> None:
    night, day = step("night", "time"), step("dawn", "time")
    edits = [[night, step("red")], [night, step("blue")], [day, step("red")], [step("red")]]
    assert values(read(family(*edits), "complex")) == [["night", "red"], ["night", "blue"]]


def test_four_steps_are_too_many() -> None:
    four = [step(value) for value in ("a", "b", "c", "d")]
    assert isinstance(read(family(four), "complex"), Unreadable)


def test_an_image_that_offers_nothing_is_a_family_without_edits_and_with_the_reason() -> None:
    found = read(family(reason="there is no car"))
    assert isinstance(found, Family)
    assert (found.points, found.reason) == ((), "there is no car")
    silent = read(family())
    assert isinstance(silent, Family)
    assert silent.reason == "the model proposed nothing and did not say why"


@pytest.mark.parametrize(
    "reply", ["Make it blue.", '{"edits": 3}', '{"base": "x"}', '{"edits": [{"steps": []}]}']
)
def test_what_is_no_family_is_unreadable_and_says_what_is_missing(reply: str) -> None:
    found = read(reply)
    assert isinstance(found, Unreadable)
    assert "edits" in found.problem


@pytest.mark.parametrize(
    ("reply", "finish"), [('{"edits": [', "length"), ("", "stop"), ("I'm sorry, no.", "stop")]
)
def test_a_reply_that_is_cut_empty_or_refused_is_an_error(reply: str, finish: str) -> None:
    with pytest.raises(ModelReplyError):
        read(reply, finish=finish)


def test_every_simple_subcategory_is_explained_to_the_model() -> None:
    assert set(MEANINGS) == set(SUBCATEGORIES) - {"complex"}


@pytest.mark.parametrize(("name", "kind"), [("edit/propose", "replace"), ("edit/propose_complex", "complex")])
def test_the_example_of_a_prompt_is_a_family_that_is_read_whole(name: str, kind: Any) -> None:
    text = Prompts.load().texts[name]
    reply = text[text.index("Reply:\n") : text.index("# User")].removeprefix("Reply:\n")
    family = FamilyReader(1, kind, 2, objects=2)(ReplyText(text=reply))
    assert isinstance(family, Family)
    assert len(family.points) == 2
