"""Servers that are slow and let requests queue; a clock runs ahead of the machine."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from irloom.backends.chat.notices import ThrottleNotice
from irloom.backends.chat.openai import OpenAIChat
from irloom.backends.chat.slowness import Slowness
from irloom.config import Budget
from irloom.engine.spending import ModelPurse, Spending
from irloom.options import OpenAIOptions
from irloom.protocols import ChatReply, Usage
from support.chat_server import complete
from support.clock import simulated
from support.scripted import Answer, give, question, say, scripted, talking


def slots(count: int, seconds: float) -> tuple[Answer, Callable[[], int]]:
    """Answers so many requests side by side, each in so many seconds; others wait in line."""
    places = asyncio.Semaphore(count)
    waiting = [0, 0]

    async def answer(body: dict[str, Any]) -> Any:
        waiting[0] += 1
        waiting[1] = max(waiting)
        try:
            async with places:
                await asyncio.sleep(seconds)
        finally:
            waiting[0] -= 1
        return complete(["fine"], "m")

    return answer, lambda: waiting[1]


async def ask_all(chat: Any, count: int) -> list[Any]:
    tasks = (chat.chat(question(seed=seed)) for seed in range(count))
    return list(await asyncio.gather(*tasks, return_exceptions=True))


@pytest.mark.parametrize(
    "pages",
    [{}, {"/props": {"total_slots": 4}}, {"/slots": [{"id": slot} for slot in range(4)]}],
    ids=["silent", "props", "slots"],
)
@pytest.mark.parametrize("seconds", [5.0, 30.0])
@simulated
async def test_a_server_with_four_slots_is_no_outage(seconds: float, pages: dict[str, Any]) -> None:
    answer, most_waiting = slots(4, seconds)
    said: list[str] = []
    async with (
        scripted(answer, pages={"/v1/models": {"data": []}, **pages}) as server,
        talking(server.url, said=said, timeout_s=120) as chat,
    ):
        results = await ask_all(chat, 150)
    assert all(isinstance(result, ChatReply) for result in results)
    assert not said, "nobody is told of an outage"
    assert len(server.bodies) <= 160, "few are late"
    if pages:
        assert most_waiting() <= 8


@simulated
async def test_a_slow_model_that_does_not_queue_is_asked_with_all_that_is_allowed() -> None:
    async def answer(body: dict[str, Any]) -> Any:
        await asyncio.sleep(40)
        return complete(["fine"], "m")

    async with scripted(answer) as server, talking(server.url, timeout_s=120, max_in_flight=32) as chat:
        await ask_all(chat, 150)
        assert chat.limit == 32


@simulated
async def test_late_replies_while_others_come_are_no_outage_and_say_what_to_raise() -> None:
    async def answer(body: dict[str, Any]) -> Any:
        if body["seed"] % 2:
            await asyncio.sleep(1000)
        return complete(["fine"], "m")

    said: list[str] = []
    async with (
        scripted(answer, pages={"/v1/models": {"data": []}}) as server,
        talking(server.url, said=said, timeout_s=20, max_retries=1) as chat,
    ):
        asking = asyncio.create_task(ask_all(chat, 4))
        while not asking.done():
            await asyncio.gather(chat.chat(question(seed=100)), asyncio.sleep(3))
        results = asking.result()
    assert [isinstance(result, ChatReply) for result in results] == [True, False, True, False]
    assert "raise `timeout_s` under [chat]" in str(results[1])
    assert not said


@pytest.mark.parametrize(
    ("took_s", "advice"),
    [
        ([1, 1, 20], ["more", "more", "more"]),
        ([10, 40], ["more", "same"]),
        ([10, 70], ["more", "fewer"]),
        ([70, 70, 80], ["more", "more", "more"]),
    ],
)
def test_a_queue_is_told_by_replies_that_take_longer_than_the_shortest(
    took_s: list[float], advice: list[str]
) -> None:
    slowness = Slowness(timeout_s=120)
    assert [slowness.judge(one) for one in took_s] == advice


def test_a_slow_first_reply_begins_with_few() -> None:
    slowness = Slowness(timeout_s=120)
    assert not slowness.is_slow(0.5)
    assert slowness.is_slow(5)
    assert [slowness.choose_first(one) for one in (5, 15, 100)] == [12, 4, 2]


@simulated
async def test_a_lost_request_counts_at_its_worst_only_until_the_same_one_is_answered() -> None:
    seen: list[int] = []
    spending = Spending(Budget(tokens=100_000), Usage())

    async def answer(body: dict[str, Any]) -> Any:
        if len(server.bodies) == 1:
            await asyncio.sleep(1000)
        seen.append(spending.spent.completion_tokens)
        return complete(["fine"], "m")

    async with scripted(answer, pages={"/v1/models": {"data": []}}) as server:
        options = OpenAIOptions(model="m", base_url=server.url, timeout_s=10)
        chat = OpenAIChat(options, purse=ModelPurse(spending, 1024, None))
        await chat.chat(question())
        await chat.close()
    assert seen == [2 * 1024], "both at their worst while nothing is known"
    assert (spending.spent.requests, spending.spent.completion_tokens) == (2, 40)


# Waiting is told


def test_one_line_tells_of_a_pause_for_how_long_and_in_whose_words() -> None:
    said: list[str] = []
    notice = ThrottleNotice("http://h", said.append)
    notice.refuse("HTTP 429: slow down", 30.0, now_s=100.0)
    notice.refuse("HTTP 429: slow down", 30.0, now_s=110.0)
    assert said == ["The endpoint http://h takes no more requests now (HTTP 429: slow down): waiting 30 s."]
    notice.refuse("HTTP 429: slow down", 30.0, now_s=170.0)
    assert len(said) == 2


def test_short_pauses_are_told_once_they_add_up() -> None:
    said: list[str] = []
    notice = ThrottleNotice("http://h", said.append)
    for now_s in range(0, 9, 2):
        notice.refuse("busy", 0.5, now_s)
    notice.answer()
    for now_s in range(9, 18, 2):
        notice.refuse("busy", 0.5, now_s)
    assert said == []
    notice.refuse("busy", 0.5, 20.0)
    assert said == ["The endpoint http://h takes no more requests now (busy): no reply for 11 s, asking on."]


@simulated
async def test_a_run_says_that_the_endpoint_makes_it_wait() -> None:
    said: list[str] = []
    busy = give({"error": {"message": "Rate limit reached"}}, 429, {"Retry-After": "20"})
    async with scripted(busy, say("fine")) as server, talking(server.url, said=said) as chat:
        await chat.chat(question())
    assert len(said) == 1
    assert "Rate limit reached" in said[0]
    assert "waiting 20 s" in said[0]
