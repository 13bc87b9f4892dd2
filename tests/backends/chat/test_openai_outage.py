"""Real servers that go away, come back, or hate one request, on a clock that runs ahead of the machine."""

import asyncio
import random
from typing import Any

import pytest
from aiohttp import web

from irloom.errors import EndpointError, EndpointGone
from irloom.protocols import ChatReply
from support.chat_server import refuse
from support.clock import simulated
from support.fickle import Wrong, a_request, all_answered, ask_all, chatting, serving

# An outage


@pytest.mark.parametrize("workers", [1, 32])
@simulated
async def test_an_outage_of_a_few_seconds_fails_nothing_and_everything_goes_on(workers: int) -> None:
    said: list[str] = []
    async with (
        serving(delay_s=0.02 if workers == 1 else 0.1) as endpoint,
        chatting(endpoint.url, said.append, max_retries=1, first_backoff_s=0.05) as chat,
    ):

        async def go_away() -> None:
            await asyncio.sleep(0.5)
            await endpoint.stop()
            await asyncio.sleep(3)
            await endpoint.start()

        going = asyncio.create_task(go_away())
        results, took_s = await ask_all(chat, 100 if workers == 1 else 300, workers)
        await going
    assert all_answered(results)
    assert took_s < 10
    assert ["is down" in text for text in said] == [True, False]
    assert "answers again" in said[1]


@simulated
async def test_an_endpoint_whose_chat_is_down_while_it_lists_models_is_waited_for() -> None:
    down = asyncio.Event()
    wrong: Wrong = lambda seed: refuse(500, "engine died") if down.is_set() else None  # noqa: E731
    said: list[str] = []
    async with (
        serving(delay_s=0.1, wrong=wrong) as endpoint,
        chatting(endpoint.url, said.append, first_backoff_s=0.05) as chat,
    ):
        loop = asyncio.get_running_loop()
        loop.call_later(0.3, down.set)
        loop.call_later(3.3, down.clear)
        results, _ = await ask_all(chat, 300, 32)
    assert all_answered(results)
    assert len(said) == 2
    assert "engine died" in said[0]


@simulated
async def test_a_proxy_whose_server_is_away_is_waited_for() -> None:
    async with serving(delay_s=0.01) as endpoint, chatting(endpoint.url, first_backoff_s=0.01) as chat:
        await chat.chat(a_request(0))
        endpoint.models, endpoint.wrong = 502, lambda seed: refuse(502, "Bad Gateway")

        def come_back() -> None:
            endpoint.models, endpoint.wrong = 200, lambda seed: None

        asyncio.get_running_loop().call_later(2, come_back)
        results, _ = await ask_all(chat, 20, 1)
    assert all_answered(results)
    assert endpoint.asked.total() < 30


@simulated
async def test_an_outage_that_lasts_stops_the_run_for_everybody() -> None:
    async with serving(delay_s=0.02) as endpoint:
        async with chatting(endpoint.url, outage_s=1.5, first_backoff_s=0.05) as chat:
            await chat.chat(a_request(0))
            await endpoint.stop()
            results, took_s = await ask_all(chat, 40, 40)
            with pytest.raises(EndpointGone):
                await chat.chat(a_request(1))
        await endpoint.start()
    assert all(isinstance(result, EndpointGone) for result in results)
    assert "has not answered for 1.5 s" in str(results[0])
    assert 1.5 < took_s < 4


@simulated
async def test_an_endpoint_that_was_never_there_stops_the_run_soon() -> None:
    async with serving() as endpoint:
        url = endpoint.url
    async with chatting(url, first_backoff_s=0.01) as chat:
        results, took_s = await ask_all(chat, 30, 30)
    assert all(isinstance(result, EndpointGone) for result in results)
    assert took_s < 5


# One request that the endpoint cannot stand


@pytest.mark.parametrize("workers", [1, 32])
@pytest.mark.parametrize("kind", ["500", "503", "hang"])
@simulated
async def test_a_poisoned_request_fails_alone(kind: str, workers: int) -> None:
    async def hang() -> web.StreamResponse:
        await asyncio.sleep(20)
        raise AssertionError

    def wrong(seed: int) -> Any:
        if seed != 10:
            return None
        return hang() if kind == "hang" else refuse(int(kind), "CUDA error")

    said: list[str] = []
    async with (
        serving(delay_s=0.02 if workers == 1 else 0.1, wrong=wrong) as endpoint,
        chatting(endpoint.url, said.append, first_backoff_s=0.01, timeout_s=0.3, max_retries=4) as chat,
    ):
        results, _ = await ask_all(chat, 60 if workers == 1 else 300, workers)
    assert isinstance(results[10], EndpointError)
    assert all(isinstance(result, ChatReply) for seed, result in enumerate(results) if seed != 10)
    assert 5 <= endpoint.asked[10] <= 20
    assert not said, "nobody else had to wait"


@simulated
async def test_poisoned_requests_that_are_the_only_ones_left_end_too() -> None:
    async with (
        serving(delay_s=0.005, wrong=lambda seed: refuse(500, "no") if seed > 3 else None) as endpoint,
        chatting(endpoint.url, first_backoff_s=0.01, max_retries=2) as chat,
    ):
        results, _ = await asyncio.wait_for(ask_all(chat, 8, 8), 30)
    assert [isinstance(result, EndpointError) for result in results] == [False] * 4 + [True] * 4


# Stopping


@simulated
async def test_holding_cancels_whoever_waits_and_lets_come_back_what_is_on_its_way() -> None:
    async with serving(delay_s=0.3) as endpoint, chatting(endpoint.url, max_in_flight=4) as chat:
        await chat.chat(a_request(0))
        tasks = [asyncio.create_task(chat.chat(a_request(seed))) for seed in range(20)]
        await asyncio.sleep(0.15)
        chat.hold()
        done, _ = await asyncio.wait(tasks, timeout=5)
    assert len(done) == 20
    assert sum(not task.cancelled() for task in tasks) == 4
    assert endpoint.asked.total() == 5


@pytest.mark.parametrize("paused", ["outage", "throttled", "backoff"])
@simulated
async def test_holding_cancels_who_waits_for_the_endpoint_too(paused: str) -> None:
    async with serving(delay_s=0.01) as endpoint, chatting(endpoint.url, first_backoff_s=5) as chat:
        await chat.chat(a_request(0))
        if paused == "outage":
            await endpoint.stop()
        elif paused == "throttled":
            endpoint.cap, endpoint.retry_after = 0, "60"
        else:
            endpoint.wrong = lambda seed: refuse(500, "down")
        tasks = [asyncio.create_task(chat.chat(a_request(seed))) for seed in range(30)]
        await asyncio.sleep(0.4)
        chat.hold()
        await asyncio.wait(tasks, timeout=3)
        assert all(task.cancelled() for task in tasks)
        if paused == "outage":
            await endpoint.start()


@simulated
async def test_after_holding_nothing_is_sent_not_even_to_look_whether_the_endpoint_is_back() -> None:
    async with serving(delay_s=0.01) as endpoint, chatting(endpoint.url, first_backoff_s=0.05) as chat:
        await chat.chat(a_request(0))
        endpoint.models, endpoint.wrong = 503, lambda seed: refuse(503, "down")
        tasks = [asyncio.create_task(chat.chat(a_request(seed))) for seed in range(30)]
        while endpoint.listed < 3:
            await asyncio.sleep(0.01)
        chat.hold()
        await asyncio.wait(tasks, timeout=3)
        assert all(task.cancelled() for task in tasks)
        sent = endpoint.listed, endpoint.asked.total()
        await asyncio.sleep(1.0)
        assert (endpoint.listed, endpoint.asked.total()) == sent


@simulated
async def test_a_storm_of_cancellations_loses_no_place() -> None:
    chance = random.Random(5)
    async with (
        serving(delay_s=0.02, cap=12) as endpoint,
        chatting(endpoint.url, max_in_flight=16, first_backoff_s=0.02) as chat,
    ):
        await chat.chat(a_request(0))
        for _ in range(15):
            tasks = [asyncio.create_task(chat.chat(a_request(seed))) for seed in range(60)]
            for task in chance.sample(tasks, 45):
                asyncio.get_running_loop().call_later(chance.random() * 0.1, task.cancel)
            results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
            assert all(isinstance(result, ChatReply | asyncio.CancelledError) for result in results)
        assert chat.in_flight == 0
        results, _ = await ask_all(chat, 100, 40)
        assert all_answered(results)
