import json
from typing import Any

import pytest

from backends.offline.edits.conftest import Ask
from irloom.agents.edit_steps import read_steps
from irloom.agents.editor.replies import read_revision
from irloom.edits import SUBCATEGORIES, Proposal, Subcategory
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText

OBJECTS = """1. car: [0.050, 0.550, 0.250, 0.700]
2. dog: [0.350, 0.600, 0.550, 0.800]
3. bench: [0.600, 0.600, 0.800, 0.900]"""
SIMPLE = [name for name in SUBCATEGORIES if name != "complex"]


async def revise(ask: Ask, steps: list[Any], seed: int = 1, **fields: str) -> list[Any]:
    fields = {"objects": OBJECTS, "subcategory": steps[-1]["subcategory"], **fields}
    revised: list[Any] = (await ask("revise", seed, steps=json.dumps(steps), **fields))["steps"]
    return revised


def proposal_of(steps: list[Any], subcategory: Subcategory) -> Proposal:
    read = read_steps(steps, 3, subcategory)
    return Proposal(edit=1, family=1, subcategory=subcategory, base="", point="", steps=read)


async def test_what_a_sibling_is_already_is_not_chosen(ask: Ask) -> None:
    edits = (await ask("propose", subcategory="time", objects=OBJECTS, count="2"))["edits"]
    first, second = (edit["steps"] for edit in edits)
    for seed in range(15):
        revised = await revise(ask, first, seed, taken=f"- {second[0]['instruction']}")
        assert revised[0]["value"] not in {first[0]["value"], second[0]["value"]}


@pytest.mark.parametrize("subcategory", SIMPLE)
async def test_the_kind_stays_and_the_value_changes(ask: Ask, subcategory: Subcategory) -> None:
    for seed in range(15):
        edits = (await ask("propose", seed, subcategory=subcategory, objects=OBJECTS))["edits"]
        steps = edits[0]["steps"]
        revised = await revise(ask, steps, seed)
        assert len(revised) == 1
        assert revised[0]["subcategory"] == subcategory
        assert revised[0]["instruction"] != steps[0]["instruction"]
        if subcategory == "remove":
            assert revised[0]["object"] != steps[0]["object"]
        else:
            assert revised[0]["value"] != steps[0]["value"]
            assert revised[0]["object"] == steps[0]["object"]
        if subcategory == "addition":
            assert revised[0]["region"][0] == steps[0]["region"][0]
        assert read_revision(
            ReplyText(text=json.dumps({"steps": revised})), proposal_of(steps, subcategory), 3
        )


async def test_of_a_complex_edit_only_the_last_step_changes(ask: Ask) -> None:
    for seed in range(60):
        steps = (await ask("propose_complex", seed, objects=OBJECTS))["edits"][0]["steps"]
        revised = await revise(ask, steps, seed, subcategory="complex")
        assert revised[:-1] == steps[:-1]
        assert revised[-1]["subcategory"] == steps[-1]["subcategory"]
        objects = [step["object"] for step in revised if step["object"]]
        assert len(set(objects)) == len(objects)


async def test_what_was_tried_already_is_not_tried_again(ask: Ask) -> None:
    steps = (await ask("propose", subcategory="color", objects=OBJECTS.splitlines()[1].replace("2.", "1.")))[
        "edits"
    ]
    (first, second, third) = [edit["steps"] for edit in steps]
    dog = "1. dog: [0.350, 0.600, 0.550, 0.800]"
    reasons = f"- '{second[0]['instruction']}': nothing changed"
    for seed in range(10):
        assert await revise(ask, first, seed, objects=dog, reasons=reasons) == third


async def test_a_step_without_an_alternative_stays(ask: Ask) -> None:
    step = {"subcategory": "color", "instruction": "Make the sky pink.", "object": None, "what": "the sky"}
    foreign = {**step, "value": "pink", "region": None}
    assert await revise(ask, [foreign]) == [foreign]
    pair = "1. cup: [0.1, 0.1, 0.4, 0.4]\n2. fork: [0.6, 0.1, 0.9, 0.4]"
    edits = (await ask("propose", subcategory="replace", objects=pair))["edits"]
    assert await revise(ask, edits[0]["steps"], objects=pair) == edits[0]["steps"]


@pytest.mark.parametrize("steps", ["none", "[]", "[1]", '[{"subcategory": "color"}]', "{}"])
async def test_steps_in_another_form_are_an_error_that_shows_them(ask: Ask, steps: str) -> None:
    with pytest.raises(ModelReplyError, match=r"cannot be read|no step"):
        await ask("revise", steps=steps)
