import json
from typing import Any

import pytest

from irloom.agents.coder.replies import (
    read_plan,
    read_script,
    read_sketch,
    read_understanding,
)
from irloom.backends.offline.chat.engine import Rules
from irloom.figures import Failure, Plan, Understanding
from irloom.lexicon import Lexicon
from irloom.protocols import ChatRequest, Prompt, ReplyText

QUESTION = "A block of mass 2 kg rests on a frictionless incline of 30°. Find its acceleration."
FOREIGN = "Name the largest planet. It has 95 moons."


async def answer(name: str, **fields: str) -> ReplyText:
    request = ChatRequest(Prompt(name, "0" * 16, "", "", fields), seed=1)
    return (await Rules(Lexicon.load(None)).chat(request)).texts[0]


async def test_a_problem_is_understood_planned_and_written_with_the_same_labels() -> None:
    understanding = read_understanding(await answer("coder/understand", question=QUESTION, elements="none"))
    assert isinstance(understanding, Understanding)
    assert set(understanding.givens) == {"2 kg", "30°", "frictionless"}
    plan = read_plan(await answer("coder/plan", question=QUESTION, elements="none", givens="none"))
    assert isinstance(plan, Plan)
    assert plan.labels == understanding.givens
    assert plan.layout
    script = read_script(await answer("coder/code", question=QUESTION, plan="none"))
    assert isinstance(script, str)
    assert all(f'"{label}"' in script for label in plan.labels)


async def test_one_call_holds_plan_and_script() -> None:
    plan, script = read_sketch(await answer("coder/one_call", question=QUESTION))
    assert plan.labels
    assert plan.content
    assert isinstance(script, str)
    assert script == read_script(await answer("coder/code", question=QUESTION, plan="none"))


@pytest.mark.parametrize("name", ["coder/code", "coder/one_call"])
async def test_what_is_not_drawn_is_said_on_the_first_line_and_read_as_unsupported(name: str) -> None:
    reply = await answer(name, question=FOREIGN, plan="none")
    assert reply.text.startswith("UNSUPPORTED: it is in none of the families")
    script = read_script(reply) if name == "coder/code" else read_sketch(reply)[1]
    assert isinstance(script, Failure)
    assert script.reason == "unsupported"
    assert "none of the families" in script.log


async def test_what_is_not_drawn_is_still_understood_and_planned_as_nothing() -> None:
    understanding = read_understanding(await answer("coder/understand", question=FOREIGN, elements="none"))
    assert understanding == Understanding(elements=("Name the largest planet.", "It has 95 moons."))
    plan = read_plan(await answer("coder/plan", question=FOREIGN, elements="none", givens="none"))
    assert isinstance(plan, Plan)
    assert plan.content[0].startswith("Nothing is drawn: ")
    assert plan.labels == ()


@pytest.mark.parametrize(
    ("problem", "begins"),
    [
        ("It made no picture (timeout). The end of its log:\n", "```python"),
        ("- 'A' and 'B' overlap", "UNSUPPORTED: "),
    ],
)
async def test_a_script_that_failed_is_given_again_and_a_picture_with_faults_is_left(
    problem: str, begins: str
) -> None:
    fields: dict[str, Any] = {"question": QUESTION, "plan": "none", "code": "x", "problem": problem}
    assert (await answer("coder/repair", **fields)).text.startswith(begins)


async def test_the_same_request_has_the_same_reply() -> None:
    replies = [
        await answer("coder/plan", question=QUESTION, elements="none", givens="none") for _ in range(2)
    ]
    assert json.loads(replies[0].text) == json.loads(replies[1].text)
