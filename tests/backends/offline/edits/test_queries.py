import json
import re
from typing import Any

import pytest

from backends.offline.edits.conftest import Ask
from irloom.agents.phraser.replies import read_query
from irloom.edits import FORMS, SUBCATEGORIES, Subcategory
from irloom.errors import ModelReplyError
from irloom.protocols import ReplySchema, ReplyText

SIMPLE = [name for name in SUBCATEGORIES if name != "complex"]
LABELS = [
    ("umbrella", "umbrella", "bus"), ("person", "person", "skis"), ("scissors", "orange", "tv"),
    ("sheep", "sheep", "sheep"), ("man", "knife", "apple"),
]  # fmt: skip
PLACES = ("[0.050, 0.400, 0.250, 0.600]", "[0.700, 0.400, 0.900, 0.600]", "[0.380, 0.420, 0.580, 0.620]")
LONGEST = 45
BROKEN = re.compile(r"\ba (?:[aeio]\w|umbrella)|\ban [^aeiouhxs]|  |[{}@]| [.,;]|\.[.,;]|\.$..|none|\[|-$")
DOUBLED = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)


def tell(steps: list[Any]) -> str:
    """The slot `changes` as the Phraser writes it."""
    lines = []
    for step in steps:
        what, value = step["what"] or "whole image", step["value"] or "-"
        lines.append(f"- {step['subcategory']} | {what} | {value} | {step['instruction']}")
    return "\n".join(lines)


def list_objects(labels: tuple[str, ...]) -> str:
    return "\n".join(
        f"{number}. {label}: {place}"
        for number, (label, place) in enumerate(zip(labels, PLACES, strict=True), 1)
    )


def check(text: str) -> None:
    assert text[0].isupper(), text
    assert text.endswith("."), text
    assert "\n" not in text
    assert not BROKEN.search(text), text
    assert not DOUBLED.search(text), text
    assert len(text.split()) <= LONGEST, text
    assert read_query(ReplyText(text=text)) == text


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: "-".join(labels))
@pytest.mark.parametrize("form", FORMS)
async def test_every_proposal_reads_as_a_sentence_in_every_form(
    ask: Ask, form: str, labels: tuple[str, ...]
) -> None:
    for seed in range(4):
        for subcategory in SUBCATEGORIES:
            fields = {} if subcategory == "complex" else {"subcategory": subcategory}
            name = "propose_complex" if subcategory == "complex" else "propose"
            for edit in (await ask(name, seed, objects=list_objects(labels), count="9", **fields))["edits"]:
                check(await ask("phrase", seed, form=form, changes=tell(edit["steps"])))


BLUE = "- color | the car on the left | blue | Make the car on the left blue."


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("imperative", r"(Change|Make) .*the car on the left.* blue\."),
        ("search", r"(Find|Show|I am looking for) .* in which the car on the left is blue\."),
        ("elliptic", r"(A similar|The same|This) (scene|picture) with the car on the left in blue\."),
        ("negative", r"I .*\bthe car on the left in the present colour; it should be blue\."),
    ],
)
async def test_each_form_is_worded_in_its_own_way_and_with_variety(ask: Ask, form: str, pattern: str) -> None:
    texts = {await ask("phrase", seed, form=form, changes=BLUE) for seed in range(30)}
    assert all(re.fullmatch(pattern, text) for text in texts), texts
    assert len(texts) >= 3
    assert await ask("phrase", 7, form=form, changes=BLUE) == await ask("phrase", 7, form=form, changes=BLUE)


@pytest.mark.parametrize(
    ("line", "search", "negative"),
    [
        (
            "- remove | the dog | - | Remove the dog.",
            r"the dog is (gone|missing)\.",
            r"the dog in the picture\.",
        ),
        (
            "- replace | the dog | umbrella | Replace the dog with an umbrella.",
            r"there is an umbrella (in place|instead) of the dog\.",
            r"; there should be an umbrella in that place\.",
        ),
        (
            "- count | the dog | two more | Add two more dogs.",
            r"there are two more dogs\.",
            r"; there should be two more dogs\.",
        ),
        (
            "- count | the dog on the left | one more | Add one more dog like the one on the left.",
            r"there is one more dog like the one on the left\.",
            r"; there should be one more dog like the one on the left\.",
        ),
        (
            "- addition | whole image | kite | Add a kite in the lower left part of the image.",
            r"there is a kite in the lower left part\.",
            r"; there should be a kite in the lower left part\.",
        ),
        (
            "- action | the man on the left | sitting | Make the man on the left sit down.",
            r"the man on the left is sitting\.",
            r"the man on the left in the present pose; they should be sitting\.",
        ),
        (
            "- weather | whole image | rain | Make it rain heavily in the whole scene.",
            r"it is raining\.",
            r"this weather; it should be raining\.",
        ),
        (
            "- time | whole image | night | Change the time of day of the whole scene to night.",
            r"it is night\.",
            r"this time of day; it should be night\.",
        ),
    ],
)
async def test_what_a_line_says_is_in_the_query(ask: Ask, line: str, search: str, negative: str) -> None:
    for seed in range(8):
        assert re.search(search + "$", await ask("phrase", seed, form="search", changes=line))
        assert re.search(negative + "$", await ask("phrase", seed, form="negative", changes=line))


async def test_several_steps_are_joined_with_commas_and_and(ask: Ask) -> None:
    others = ("- remove | the dog | - | Remove the dog.", "- weather | whole image | fog | Make it foggy.")
    changes = "\n".join((BLUE, *others))
    texts = {form: await ask("phrase", 3, form=form, changes=changes) for form in FORMS}
    assert re.fullmatch(r"[^,]*blue, [^,]*the dog[^,]* and make it foggy\.", texts["imperative"])
    assert re.search(r"is blue, the dog is (gone|missing) and it is foggy\.$", texts["search"])
    assert re.search(
        r"in blue, (but )?without the dog and (in thick fog|on a foggy day)\.$", texts["elliptic"]
    )
    assert re.search(
        r"; it should be blue, the dog should be (gone|missing) and it should be foggy\.$", texts["negative"]
    )


@pytest.mark.parametrize("form", FORMS)
async def test_a_foreign_step_is_phrased_from_its_object_and_value(ask: Ask, form: str) -> None:
    line = "- color | vase | deep cobalt blue | Change the vase's color to a deep cobalt blue. Keep the rest."
    text = await ask("phrase", form=form, changes=line)
    check(text)
    assert "vase" in text
    assert "deep cobalt blue" in text
    assert "Keep" not in text


@pytest.mark.parametrize(
    "line",
    [
        "- color | whole image | pink | Make the sky pink.",
        "- count | dogs | fewer | Leave only one of the dogs.",
        "- shape | the hat | - | Make the hat pointed.",
    ],
)
@pytest.mark.parametrize("form", FORMS)
async def test_a_step_that_leaves_open_what_becomes_of_what_is_quoted(ask: Ask, form: str, line: str) -> None:
    text = await ask("phrase", form=form, changes=line)
    order = line.split(" | ")[3]
    assert text.lower().endswith(order.lower())
    assert (text == order) == (form == "imperative")


@pytest.mark.parametrize("subcategory", SIMPLE)
@pytest.mark.parametrize("form", FORMS)
async def test_a_foreign_value_of_any_kind_gives_a_sentence(
    ask: Ask, form: str, subcategory: Subcategory
) -> None:
    line = f"- {subcategory} | the old house | something odd | Give the old house something odd."
    text = await ask("phrase", form=form, changes=line)
    check(text)
    assert subcategory == "remove" or "something odd" in text


async def test_with_a_schema_the_query_is_json(ask: Ask) -> None:
    text = await ask("phrase", form="search", changes=BLUE, schema=ReplySchema("query", {"type": "object"}))
    assert text == {"query": await ask("phrase", form="search", changes=BLUE)}
    assert json.dumps(text)


@pytest.mark.parametrize(
    ("form", "changes", "said"),
    [
        ("poem", BLUE, "'poem' is none of"),
        ("search", "none", "a change reads 'none'"),
        ("search", "", "no change"),
        ("search", "- complex | a | b | c", "a change reads"),
    ],
)
async def test_slots_in_another_form_are_an_error(ask: Ask, form: str, changes: str, said: str) -> None:
    with pytest.raises(ModelReplyError, match=re.escape(said)):
        await ask("phrase", form=form, changes=changes)
