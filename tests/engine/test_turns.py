"""What the calls of an attempt cost by agent, and which models answered."""

from typing import Any

from irloom.engine.turns import answered_by, spent_by_agent


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
