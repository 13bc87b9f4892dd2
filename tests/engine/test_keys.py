"""A key names one logical call, and a seed follows from its place; both repeat exactly."""

from dataclasses import replace
from typing import Any

import pytest

from irloom.engine.keys import CallId, describe_ask
from irloom.protocols import Ask, Place, Prompt, ReplySchema

PLACE = Place("task", "write", "write", task="reasoning", round=1)
CALL = CallId(0, "1", 1, PLACE)
PROMPT = Prompt("task/reasoning", "d", "system", "user", {"a": "b"})
ASK = Ask(PLACE, PROMPT, n=5, temperature=0.8)

OTHERS = [
    replace(CALL, run_seed=1),
    replace(CALL, sample="2"),
    replace(CALL, sample="11"),
    replace(CALL, attempt=2),
    replace(CALL, index=1),
    *(
        replace(CALL, place=replace(PLACE, **change))
        for change in (
            *({"agent": "debate"}, {"node": "judge"}, {"caption": 0}, {"caption": 1}, {"task": None}),
            *({"task": "description"}, {"round": 2}, {"round": None}, {"repair": 1}),
        )
    ),
]


def test_calls_at_other_places_have_other_seeds_and_keys() -> None:
    calls = [CALL, *OTHERS]
    assert len({call.seed() for call in calls}) == len(calls)
    assert len({call.key({"n": 1}) for call in calls}) == len(calls)


def test_seeds_and_keys_repeat_exactly() -> None:
    assert CallId(0, "1", 1, PLACE).seed() == CALL.seed() == 894948943
    assert CallId(0, "1", 1, PLACE).key({"n": 1}) == CALL.key({"n": 1})
    assert all(0 <= call.seed() < 2**31 for call in OTHERS)


def test_the_stage_is_not_part_of_the_place() -> None:
    assert replace(CALL, place=replace(PLACE, stage="judge")).key({}) == CALL.key({})


def test_the_order_of_what_is_asked_does_not_change_the_key() -> None:
    assert CALL.key({"a": 1, "b": {"c": 1, "d": 2}}) == CALL.key({"b": {"d": 2, "c": 1}, "a": 1})


def describe(ask: Ask = ASK, model: str = "m", parameters: Any = None, images: tuple[str, ...] = ()) -> str:
    return CALL.key(describe_ask(ask, model, parameters or {"max_tokens": 5}, images))


@pytest.mark.parametrize(
    "changed",
    [
        describe(model="n"),
        describe(replace(ASK, top_logprobs=20)),
        describe(replace(ASK, max_tokens=16)),
        describe(parameters={"max_tokens": 6}),
        describe(images=("hash",)),
        describe(replace(ASK, n=4)),
        describe(replace(ASK, temperature=None)),
        describe(replace(ASK, schema=ReplySchema("verdict", {}))),
        describe(replace(ASK, prompt=replace(PROMPT, user="other"))),
        describe(replace(ASK, prompt=replace(PROMPT, system="other"))),
    ],
)
def test_whatever_decides_a_reply_changes_the_key(changed: str) -> None:
    assert changed != describe()


def test_paths_of_images_and_names_of_slots_do_not_change_the_key() -> None:
    assert describe(replace(ASK, images=("images/1.png",))) == describe()
    assert describe(replace(ASK, prompt=replace(PROMPT, fields={}, digest="e"))) == describe()


def test_the_order_of_images_changes_the_key() -> None:
    assert describe(images=("a", "b")) != describe(images=("b", "a"))
