import json
import re
from typing import Any

import pytest

from irloom.backends.offline.chat.engine import Rules
from irloom.errors import EndpointRefused, ModelReplyError
from irloom.lexicon import Lexicon
from irloom.protocols import ChatReply, ChatRequest, Prompt, ReplySchema

SCHEMA = ReplySchema("reply", {"type": "object"})
NO_PLAN = {"requirements": "none", "questions": "none"}
COLOUR = "- Delete all words about colour."
BOXES = "dog: [0.050, 0.500, 0.250, 0.900]\nbench: [0.500, 0.400, 0.900, 0.900]"


async def answer(
    name: str, schema: ReplySchema | None = SCHEMA, n: int = 1, seed: int = 3, **fields: str
) -> ChatReply:
    prompt = Prompt(name, "0" * 16, "", "", fields)
    return await Rules(Lexicon.load(None)).chat(ChatRequest(prompt, seed, n=n, schema=schema))


async def answer_json(name: str, **fields: Any) -> Any:
    return json.loads((await answer(name, **fields)).texts[0].text)


async def write(
    task: str, captions: str, boxes: str = BOXES, requirements: str = "none", questions: str = "none"
) -> Any:
    fields = {"captions": captions, "boxes": boxes, "requirements": requirements, "questions": questions}
    return await answer_json(f"task/{task}", **fields)


async def test_the_reply_says_what_it_cost_and_who_made_it() -> None:
    reply = await answer("caption/filter", None, n=3, caption="A red bus by a wall", rules=COLOUR)
    assert [text.text for text in reply.texts] == ["A bus by a wall."] * 3
    assert (reply.usage.requests, reply.usage.prompt_tokens, reply.latency_ms) == (1, 0, 0.0)
    assert reply.model == "irloom-rules"
    assert {text.finish_reason for text in reply.texts} == {"stop"}


async def test_the_filter_leaves_what_no_rule_names() -> None:
    reply = await answer("caption/filter", None, caption="A red wooden bench", rules="none")
    assert reply.texts[0].text == "A red wooden bench"
    reply = await answer("caption/filter", None, caption="A red wooden bench", rules=COLOUR)
    assert reply.texts[0].text == "A wooden bench."


async def test_a_caption_that_is_asked_for_again_is_answered_as_before() -> None:
    fields: dict[str, Any] = {"caption": "[A red car on a street]", "rules": COLOUR}
    first = await answer("caption/filter", None, **fields)
    again = await answer("caption/again", None, **fields, words="red")
    assert [one.text for one in again.texts] == [one.text for one in first.texts]


async def test_all_captions_of_an_image_are_filtered_in_one_reply_one_edit_each() -> None:
    fields = {"captions": "1. A red bus\n2. A dog sits\n3. The bus is red", "rules": COLOUR, "count": "2"}
    assert await answer_json("caption/filter_all", **fields) == {
        "captions": [
            {"caption": 1, "rewrites": ["A bus."]},
            {"caption": 2, "rewrites": ["A dog sits"]},
            {"caption": 3, "rewrites": []},
        ]
    }
    plain = await answer("caption/filter_all", None, 1, 3, **fields)
    assert plain.texts[0].text.splitlines() == [
        "1. A bus.",
        "2. A dog sits",
        "3. NONE: no safe way to take out 'red' ('The bus is red')",
    ]


async def test_a_caption_that_cannot_be_edited_is_answered_with_the_reason() -> None:
    reply = await answer("caption/filter", None, n=2, caption="The bus is red", rules=COLOUR)
    told = "NONE: no safe way to take out 'red' ('The bus is red')"
    assert [text.text for text in reply.texts] == [told] * 2


async def test_a_caption_that_cannot_be_edited_is_not_written_from() -> None:
    captions = "The bus is red.\nA bus waits near a dog."
    text = (await write("description", captions, requirements="- Say nothing of colour."))["description"]
    assert "bus is" not in text
    assert "A bus waits near a dog." in text


async def test_each_task_keeps_what_a_caption_tells_and_a_description_says_what_is_where() -> None:
    captions = "A dog sits in a park near a bench."
    description = (await write("description", captions))["description"]
    reasoning = (await write("reasoning", captions))["answer"]
    conversation = " ".join(turn["answer"] for turn in (await write("conversation", captions))["turns"])
    assert "a dog" in description
    assert "left of the bench" in description or "right of the dog" in description
    assert all(captions in text for text in (description, reasoning, conversation))


@pytest.mark.parametrize("seed", range(8))
async def test_a_description_tells_what_is_planned_once_and_refers_to_nothing_that_is_not_there(
    seed: int,
) -> None:
    plan = "relation: the dog is to the left of the bench\nthermal: The dog is warmer than the bench."
    fields: dict[str, Any] = {
        "captions": "A park.",
        "boxes": BOXES,
        "requirements": "none",
        "questions": plan,
    }
    reply = await answer("task/description", None, seed=seed, **fields)
    text = reply.texts[0].text.lower()
    assert len(re.findall(r"\b(?:left|right) of\b", text)) == 1
    assert "of the two" not in text
    assert re.search(r"warm|heat", text)


async def test_a_conversation_asks_what_its_plan_says_one_turn_a_line() -> None:
    plan = "\n".join(
        [
            "count: dog (two)",
            "absent: cat",
            "relation (answer no): the bench is to the right of the leftmost dog",
            "thermal: The leftmost dog is warmer than the bench.",
            "unanswerable: the colour of the bench",
        ]
    )
    turns = (await write("conversation", "Dogs near a bench.", questions=plan))["turns"]
    asked, answers = [turn["question"] for turn in turns], [turn["answer"] for turn in turns]
    assert len(turns) == 5
    assert ("dogs" in asked[0], "two dogs" in answers[0].lower()) == (True, True)
    assert re.search(r"cats?\b", asked[1])
    assert re.match(r"No|There are no", answers[1])
    assert "to the left of" in asked[2]
    assert "to the right of" in answers[2]
    assert "warmer" in answers[3] or "heat" in answers[3] or "temperature" in answers[3]
    assert re.search(r"cannot|no answer|beyond|no telling", answers[4])


async def test_a_question_that_names_what_infrared_cannot_show_is_left_out() -> None:
    plan = "absent: orange\npresent: dog\nplace: the bench is on the right side of the image"
    turns = (await write("conversation", "A dog near a bench.", questions=plan))["turns"]
    assert not any("orange" in turn["question"] for turn in turns)
    assert len(turns) >= 3


async def test_a_conversation_has_three_turns_even_with_one_caption_and_no_boxes() -> None:
    turns = (await write("conversation", "A lighthouse on a cliff.", "none"))["turns"]
    assert len(turns) >= 3
    assert all(turn["question"] and turn["answer"] for turn in turns)


async def test_a_group_is_never_given_a_number() -> None:
    boxes = "person: [0.100, 0.100, 0.200, 0.300]\nperson (group): [0.500, 0.100, 0.900, 0.400]"
    text = (await write("description", "A crowd in a square.", boxes))["description"]
    assert "several people" in text
    assert "one person" not in text
    assert "a person" not in text


async def test_where_sentence_and_boxes_give_different_numbers_neither_is_said() -> None:
    captions = "Four people cross a street at night.\nPeople walk past a shop."
    for task in ("description", "conversation"):
        made = await write(task, captions, "person: [10, 10, 20, 30]", questions="present: person")
        said = " ".join([made.get("description", ""), *(turn["answer"] for turn in made.get("turns", ()))])
        assert not re.search(r"(?i)\b(one|a) person\b|\bfour\b", said)


async def test_a_caption_whose_number_the_boxes_contradict_is_left_out() -> None:
    captions = "Three dogs play around a bench.\nA dog waits near a bench."
    text = (await write("description", captions))["description"]
    assert "Three dogs" not in text
    assert "A dog waits near a bench." in text


async def test_words_that_no_rule_removed_come_through_until_a_requirement_names_them() -> None:
    captions = "A dog sits beside a wooden bench in a large park."
    first = (await write("description", captions))["description"]
    assert "wooden" in first
    verdict = await answer_json("debate/judge", instruction=f"Question: What is there?\nAnswer: {first}")
    assert verdict == {
        "verdict": "reject",
        "category": "material",
        "reason": "Material information is not visible in the infrared image: 'wooden'.",
    }
    rule = (await answer_json("debate/mine", reason=verdict["reason"], category="material", rules=COLOUR))[
        "rule"
    ]
    assert rule == "Delete all material-related words."
    again = (await write("description", captions, requirements=f"- {verdict['reason']}"))["description"]
    assert Lexicon.load(None).find(again) == []
    filtered = await answer("caption/filter", None, caption=captions, rules=f"{COLOUR}\n- {rule}")
    assert Lexicon.load(None).find(filtered.texts[0].text) == []


@pytest.mark.parametrize("task", ["conversation", "reasoning", "description"])
@pytest.mark.parametrize("seed", range(12))
async def test_text_made_of_harmless_captions_is_accepted_whatever_the_label(task: str, seed: int) -> None:
    labels = (
        "person,bicycle,car,traffic light,stop sign,bench,wine glass,orange,hot dog,tie,sports ball,tv,mouse,"
        "scissors,skis,sheep,clock,broccoli,potted plant,remote,oven,knife,rocket,teddy bear"
    ).split(",")
    chosen = labels[2 * seed : 2 * seed + 2]
    places = ("[0.1, 0.1, 0.3, 0.4]", "[0.6, 0.5, 0.9, 0.9]", "[0.2, 0.6, 0.4, 0.9]")
    boxes = "\n".join(f"{label}: {place}" for label, place in zip((*chosen, chosen[0]), places, strict=True))
    fields: dict[str, Any] = {"captions": "Some things.", "boxes": boxes, "heat": "none", "questions": "none"}
    reply = await answer(f"task/{task}", None, seed=seed, requirements="none", **fields)
    verdict = await answer_json("debate/judge_grounded", instruction=reply.texts[0].text, **fields)
    assert verdict == {"verdict": "accept", "category": None, "reason": ""}


async def test_a_wrong_number_is_a_contradiction_to_the_judge_who_sees_the_boxes() -> None:
    fields: dict[str, Any] = {"captions": "A dog.", "boxes": BOXES, "heat": "none"}
    verdict = await answer_json("debate/judge_grounded", instruction="Answer: There are two dogs.", **fields)
    assert verdict["category"] == "contradiction"
    assert "one dog, not two" in verdict["reason"]
    verdict = await answer_json("debate/judge", instruction="Answer: There are two dogs.")
    assert verdict["verdict"] == "accept"


@pytest.mark.parametrize(
    "instruction",
    [
        "Question: What colour is the dog?\nAnswer: That cannot be told from a thermal image.",
        "Question: What stands out?\nAnswer: The dog looks bright against the bench.",
        "Question: Is there a cat?\nAnswer: No, there is no cat.",
        "Question: Are there two dogs?\nAnswer: No, there is one dog.",
    ],
)
async def test_what_is_left_open_denied_or_said_of_heat_is_accepted(instruction: str) -> None:
    fields = {"captions": "A dog.", "boxes": BOXES, "heat": "The dog looks bright against its surroundings."}
    verdict = await answer_json("debate/judge_grounded", instruction=instruction, **fields)
    assert verdict["verdict"] == "accept", verdict


async def test_a_wrong_place_is_a_contradiction_to_the_judge_who_sees_the_boxes() -> None:
    fields: dict[str, Any] = {"captions": "A dog.", "boxes": BOXES, "heat": "none"}
    instruction = "Answer: The dog is on the right."
    verdict = await answer_json("debate/judge_grounded_reasoned", instruction=instruction, **fields)
    assert verdict["category"] == "contradiction"


async def test_what_lies_behind_glass_teaches_a_rule_of_its_own() -> None:
    mined = await answer_json("debate/mine", reason="A face in a mirror.", category="glass", rules="none")
    assert mined["rule"] == "Delete all words about what is behind glass or in a mirror."


@pytest.mark.parametrize("category", ["colour", "material", "text", "transparency", "lighting", "uncertain"])
async def test_every_mined_rule_names_its_category(category: str) -> None:
    rule = (await answer_json("debate/mine", reason="That is not visible.", category=category, rules="none"))[
        "rule"
    ]
    assert Lexicon.load(None).named_by(rule) == {category}


async def test_a_foreign_reason_without_category_is_understood_by_its_wording() -> None:
    reason = "The material of the table cannot be known"
    assert (await answer_json("debate/mine", reason=reason, category="other", rules="none"))["rule"] == (
        "Delete all material-related words."
    )


async def test_the_same_request_has_the_same_reply_and_another_seed_varies_it() -> None:
    fields: dict[str, Any] = {
        "captions": "A dog.\nA dog near a bench.",
        "boxes": BOXES,
        "requirements": "none",
        "questions": "none",
    }
    texts = [(await answer("task/description", None, seed=seed, **fields)).texts for seed in (1, 1, 2, 3, 4)]
    assert texts[0] == texts[1]
    assert len({text[0].text for text in texts}) > 1


async def test_plain_text_is_given_where_no_schema_is_asked_for() -> None:
    fields: dict[str, Any] = {"captions": "A dog near a bench.", "boxes": BOXES, **NO_PLAN}
    talk = (await answer("task/conversation", None, **fields)).texts[0].text
    assert talk.startswith("Question: ")
    assert talk.count("\n===\n") >= 2
    assert (await answer("debate/judge", None, instruction="Answer: A dog.")).texts[0].text == "ACCEPT"
    mined = await answer("debate/mine", None, reason="x", category="colour", rules="none")
    assert mined.texts[0].text == "Delete all colour-related words."


async def test_an_unknown_prompt_is_refused_with_what_to_do() -> None:
    with pytest.raises(EndpointRefused, match="choose a chat model"):
        await answer("gen/query", text="x")


async def test_a_missing_slot_is_refused_by_name() -> None:
    with pytest.raises(EndpointRefused, match="'rules'"):
        await answer("caption/filter", caption="A dog")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("repair", {"reply": "x"}),
        ("task/description", {"captions": "none", "boxes": "none", **NO_PLAN}),
        ("task/description", {"captions": "A dog", "boxes": "dog 1 2 3 4", **NO_PLAN}),
        ("task/description", {"captions": "A dog", "boxes": "dog: [1, 2]", **NO_PLAN}),
    ],
)
async def test_what_cannot_be_answered_is_a_reply_error(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ModelReplyError):
        await answer(name, **fields)
