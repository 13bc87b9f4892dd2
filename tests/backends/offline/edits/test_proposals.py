from typing import Any

import pytest

from backends.offline.edits.conftest import Ask
from irloom.agents.proposer.replies import FamilyReader
from irloom.agents.replies import find_json
from irloom.backends.offline.chat.engine import Rules
from irloom.edits import SUBCATEGORIES, WHOLE_IMAGE, Family, Subcategory
from irloom.errors import EndpointRefused, ModelReplyError
from irloom.protocols import ChatRequest, Prompt, ReplyText

OBJECTS = """1. car: [0.050, 0.550, 0.250, 0.700]
2. car: [0.700, 0.550, 0.900, 0.700]
3. person (group): [0.300, 0.300, 0.500, 0.400]
4. dog: [0.350, 0.600, 0.550, 0.800]
5. bench: [0.100, 0.750, 0.300, 0.950]
6. kite: [0.600, 0.050, 0.800, 0.250]"""
SIMPLE = [name for name in SUBCATEGORIES if name != "complex"]


def find_label(number: int) -> str:
    return OBJECTS.splitlines()[number - 1].split(". ")[1].split(":")[0]


@pytest.mark.parametrize("subcategory", SIMPLE)
async def test_siblings_share_a_base_and_differ_in_their_point(ask: Ask, subcategory: Subcategory) -> None:
    for seed in range(25):
        reply = await ask("propose", seed, subcategory=subcategory, objects=OBJECTS)
        edits = reply["edits"]
        assert len(edits) == 3
        assert reply["base"]
        assert reply["reason"] == ""
        assert len({edit["point"] for edit in edits}) == 3
        steps = [edit["steps"][0] for edit in edits]
        assert {step["subcategory"] for step in steps} == {subcategory}
        assert len({(step["object"], step["value"]) for step in steps}) == 3
        assert len({step["instruction"] for step in steps}) == 3
        assert len({step["object"] for step in steps}) == (3 if subcategory == "remove" else 1)


@pytest.mark.parametrize("subcategory", SIMPLE)
async def test_a_step_names_its_object_by_number_and_in_words(ask: Ask, subcategory: Subcategory) -> None:
    for seed in range(25):
        reply = await ask("propose", seed, subcategory=subcategory, objects=OBJECTS)
        for step in (edit["steps"][0] for edit in reply["edits"]):
            instruction = step["instruction"]
            assert instruction[0].isupper()
            assert instruction.endswith(".")
            assert "  " not in instruction
            assert "{" not in instruction
            if step["object"] is None:
                assert subcategory in WHOLE_IMAGE or step["region"]
                assert step["what"] == ""
                continue
            label = find_label(step["object"])
            assert label in step["what"]
            assert "group" not in label
            assert label in instruction
            if label == "car" and subcategory != "count":
                assert ("left" if step["object"] == 1 else "right") in step["what"]
                assert step["what"] in instruction


@pytest.mark.parametrize("subcategory", SUBCATEGORIES)
async def test_the_agents_reader_takes_every_proposal(rules: Rules, subcategory: Subcategory) -> None:
    name = "edit/propose_complex" if subcategory == "complex" else "edit/propose"
    fields = {"meaning": "", "captions": "none", "objects": OBJECTS, "count": "3", "avoid": "none"}
    request = ChatRequest(Prompt(name, "0" * 16, "", "", {**fields, "subcategory": subcategory}), seed=4)
    text = (await rules.chat(request)).texts[0].text
    family = FamilyReader(1, subcategory, 3, 6)(ReplyText(text=text))
    assert isinstance(family, Family)
    found: Any = find_json(text)
    assert [point.point for point in family.points] == [edit["point"] for edit in found["edits"]]
    assert len(family.points) == 3


async def test_fewer_siblings_come_where_the_photograph_has_no_more(ask: Ask) -> None:
    objects = "1. cup: [0.1, 0.1, 0.4, 0.4]\n2. fork: [0.6, 0.1, 0.9, 0.4]"
    reply = await ask("propose", subcategory="remove", objects=objects, count="5")
    assert {edit["steps"][0]["instruction"] for edit in reply["edits"]} == {
        "Remove the cup.",
        "Remove the fork.",
    }


async def test_a_photograph_that_offers_nothing_gets_no_edits_and_a_reason(ask: Ask) -> None:
    reply = await ask("propose", subcategory="color")
    assert reply == {"base": "", "reason": "no objects are annotated", "edits": []}
    reply = await ask(
        "propose_complex",
        objects="1. bed: [0.0, 0.0, 1.0, 1.0]",
        avoid="addition,color,material,shape,texture",
    )
    assert reply["edits"] == []
    assert "fewer than two changes" in reply["reason"]


async def test_complex_siblings_share_the_first_step_and_differ_in_the_others(ask: Ask) -> None:
    lengths = set()
    for seed in range(150):
        edits = (await ask("propose_complex", seed, objects=OBJECTS))["edits"]
        assert len(edits) == 3
        firsts = [edit["steps"][0] for edit in edits]
        assert firsts[0] == firsts[1] == firsts[2]
        for place in range(1, len(edits[0]["steps"])):
            assert len({edit["steps"][place]["instruction"] for edit in edits}) == 3
        assert len({edit["point"] for edit in edits}) == 3
        lengths |= {len(edit["steps"]) for edit in edits}
    assert lengths == {2, 3}


async def test_complex_steps_do_not_contradict_each_other(ask: Ask) -> None:
    for seed in range(150):
        for edit in (await ask("propose_complex", seed, objects=OBJECTS))["edits"]:
            kinds = [step["subcategory"] for step in edit["steps"]]
            assert "action" not in kinds
            assert len(set(kinds)) == len(kinds)
            assert not WHOLE_IMAGE.intersection(kinds[:-1])
            spoken = [
                label
                for step in edit["steps"]
                for label in (
                    *([find_label(step["object"])] if step["object"] else []),
                    *([step["value"]] if step["subcategory"] in {"replace", "addition"} else []),
                )
            ]
            assert len(set(spoken)) == len(spoken), edit


async def test_complex_edits_leave_out_the_kinds_to_avoid(ask: Ask) -> None:
    avoid = "color, texture, style, addition"
    for seed in range(60):
        for edit in (await ask("propose_complex", seed, objects=OBJECTS, avoid=avoid))["edits"]:
            assert not {step["subcategory"] for step in edit["steps"]} & set(avoid.split(", "))


async def test_without_objects_something_is_added_and_the_whole_image_changes(
    ask: Ask,
) -> None:
    for seed in range(20):
        for edit in (await ask("propose_complex", seed))["edits"]:
            first, second = edit["steps"]
            assert first["subcategory"] == "addition"
            assert second["subcategory"] in WHOLE_IMAGE


async def test_the_seed_decides_and_nothing_else(ask: Ask) -> None:
    replies = [await ask("propose", seed, subcategory="color", objects=OBJECTS) for seed in range(20)]
    assert replies[3] == await ask("propose", 3, subcategory="color", objects=OBJECTS)
    assert len({str(reply) for reply in replies}) > 10


async def test_slots_that_cannot_be_read_are_named(ask: Ask) -> None:
    with pytest.raises(ModelReplyError, match="'complex' is none"):
        await ask("propose", subcategory="complex")
    with pytest.raises(ModelReplyError, match="'some'"):
        await ask("propose", subcategory="color", count="some")
    with pytest.raises(ModelReplyError, match=r"an object line reads 'car: \[0"):
        await ask("propose", subcategory="color", objects="car: [0, 0, 1, 1]")


@pytest.mark.parametrize("name", ["edit/verify_change", "edit/verify_rest"])
async def test_what_needs_eyes_is_refused(rules: Rules, name: str) -> None:
    request = ChatRequest(Prompt(name, "0" * 16, "", "", {"instruction": "Remove the dog."}), seed=1)
    with pytest.raises(EndpointRefused, match="choose a chat model"):
        await rules.chat(request)
