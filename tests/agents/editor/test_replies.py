"""Edits that were worded anew."""

import json
from typing import Any

import pytest

from irloom.agents.editor.replies import read_revision
from irloom.edits import Proposal, Step
from irloom.protocols import ReplyText, Unreadable


def step(subcategory: str, value: str) -> dict[str, Any]:
    return {"subcategory": subcategory, "instruction": f"Make it {value}.", "object": 1, "value": value}


BEFORE = Proposal(
    edit=2,
    family=1,
    subcategory="complex",
    base="it is another time",
    point="blue",
    steps=(
        Step(subcategory="time", instruction="Make it night."),
        Step(subcategory="color", instruction="Blue."),
    ),
)


def reply(*steps: dict[str, Any]) -> ReplyText:
    return ReplyText(text=json.dumps({"steps": list(steps)}))


def test_the_steps_are_read_where_they_are_of_the_kinds_as_before() -> None:
    found = read_revision(reply(step("time", "night"), step("color", "pink")), BEFORE, 1)
    assert isinstance(found, Proposal)
    assert found.steps[1].value == "pink"
    assert (found.task, found.base, found.point) == ("complex.2", "it is another time", "pink")


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [step("time", "night")],
        [step("color", "pink"), step("time", "night")],
        [step("time", "night"), step("color", "pink"), step("color", "red")],
    ],
)
def test_steps_of_other_kinds_or_another_number_are_unreadable(steps: list[dict[str, Any]]) -> None:
    found = read_revision(reply(*steps), BEFORE, 1)
    assert isinstance(found, Unreadable)
    assert found.problem == "the reworded edit is not of the steps time, color"


def test_the_step_that_siblings_share_stays_as_it_was() -> None:
    found = read_revision(reply(step("time", "dawn"), step("color", "pink")), BEFORE, 1)
    assert isinstance(found, Proposal)
    assert found.steps[0] == BEFORE.steps[0]
