"""What the calls of an attempt cost by agent, and which models answered."""

from typing import Any

import pytest

from irloom.engine.turns import (
    LONGEST_REPLY,
    answered_by,
    files_of,
    phashes_of,
    read_all,
    reads_well,
    spent_by_agent,
)
from irloom.errors import RunDirError
from irloom.protocols import ReplyText, Unreadable, read_finally


def turn(agent: str, model: str, task: str | None = None, **more: Any) -> dict[str, Any]:
    usage = {"requests": 1, "prompt_tokens": 10, "cached_tokens": 4}
    return {"agent": agent, "task": task, "model": model, "reply": ["yes"], "usage": usage, **more}


TURNS = [
    {"agent": "caption", "task": None, "model": "radiometric", "result": {}},
    turn("caption", "small-1"),
    turn("caption", "small-1"),
    turn("caption", "judge-of-pictures", seat="scorer"),
    turn("task", "small-2", "reasoning"),
    turn("task", "small-3", "description", paid_in=1),
    {"agent": "task", "task": "description", "error": "EndpointError", "message": "HTTP 500"},
]


def test_each_seat_has_its_own_usage_and_what_was_paid_before_is_left_out() -> None:
    spent = spent_by_agent(TURNS, attempt=2)
    assert {seat: usage.requests for seat, usage in spent.items()} == {"caption": 2, "scorer": 1, "task": 1}
    assert spent["caption"].cached_tokens == 8


def test_chat_models_are_named_as_they_answered_and_translators_are_none() -> None:
    assert answered_by(TURNS, ["translator", "scorer", "caption"]) == {
        "caption": "small-1",
        "scorer": "judge-of-pictures",
    }


def test_a_row_of_a_task_names_who_answered_for_that_task() -> None:
    assert answered_by(TURNS, ["task", "debate"], "reasoning") == {"task": "small-2"}
    assert answered_by(TURNS, ["task"], "description") == {"task": "small-3"}


def test_where_a_router_had_several_models_answer_all_are_named() -> None:
    turns = [turn("task", "b"), turn("task", "a"), turn("task", "b")]
    assert answered_by(turns, ["task"]) == {"task": "a, b"}


def test_a_reply_that_is_longer_than_any_prompt_asks_for_is_refused_before_it_is_read() -> None:
    read: list[int] = []
    texts = [
        ReplyText(text="x" * length, finish_reason="stop") for length in (LONGEST_REPLY + 1, LONGEST_REPLY)
    ]
    values, problems = read_all(texts, lambda reply: read.append(len(reply.text)))
    assert read == [LONGEST_REPLY]
    assert len(values) == 1
    assert problems[0].startswith("the reply has 200,001 characters, more than the 200,000 that any prompt")


def test_the_files_of_a_call_are_named_with_their_hashes() -> None:
    made = {"image": "images/1.png", "sha256": "ab", "svg": "images/1.svg", "svg_sha256": "cd"}
    assert files_of({"result": made}) == {"images/1.png": "ab", "images/1.svg": "cd"}


def test_the_hash_of_a_picture_is_told_where_one_was_kept() -> None:
    made = {"image": "images/1.png", "sha256": "ab", "phash": "0123456789abcdef"}
    assert phashes_of({"result": made}) == {"images/1.png": "0123456789abcdef"}
    assert phashes_of({"result": {**made, "phash": None}}) == phashes_of({"reply": ["x"]}) == {}


@pytest.mark.parametrize("name", ["../../.bashrc", "/etc/passwd", "images/../../x", "C:\\x", "a\0b", None, 7])
def test_a_call_whose_files_would_lie_outside_of_the_run_is_refused(name: Any) -> None:
    with pytest.raises(RunDirError, match="leads out of the run"):
        files_of({"result": {"image": name, "sha256": "ab"}})


def asked(reply: str, repair: int = 0) -> dict[str, Any]:
    place = {"stage": "judge", "caption": None, "round": None, "repair": repair, "index": 0}
    return turn("panel", "j", "m1", **place) | {"reply": [reply], "finish_reasons": ["stop"]}


def test_a_call_need_not_be_asked_again_where_its_repair_was_taken_however_loosely_it_was_read() -> None:
    def read(reply: ReplyText) -> str | Unreadable:
        return reply.text if reply.text == "form" else Unreadable(reply.text, "no form")

    first, repair = asked("loose"), asked("still loose", repair=1)
    recorded = [first, repair]
    assert not reads_well(first, read, read_finally(read), recorded), "it was a fault"
    assert reads_well(first, read, lambda reply: reply.text, recorded)
    assert reads_well(first, read, read, recorded), "who reads a repair so gave up, and went on"
    assert reads_well(repair, read, read, recorded)
    assert reads_well(first, read, read_finally(read), [first, asked("form", repair=1)])
    assert not reads_well(first, read, read, [first])
