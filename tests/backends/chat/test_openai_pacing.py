"""The openai backend against real servers that throttle, go away and come back, or hate one request."""

import asyncio
import itertools
import json
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from irloom.backends.chat.openai import OpenAIChat
from irloom.config import OpenAIOptions
from irloom.errors import EndpointError, EndpointGone
from irloom.ports import ChatReply, ChatRequest, Prompt
from support.chat_server import complete, refuse

pytestmark = pytest.mark.timeout(40)
Wrong = Callable[[int], Awaitable[web.StreamResponse | None] | web.StreamResponse | None]
note = logging.getLogger(__name__).warning
"""Figures, to be seen with `pytest -rP`."""


@dataclass
class Endpoint:
    """Answers after `delay_s`; refuses what is above `cap` at once; can be killed and started again."""

    delay_s: float = 0.2
    cap: int = 10_000
    retry_after: str | None = None
    wrong: Wrong = lambda seed: None
    models: int = 200
    asked: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    listed: int = 0
    at_once: int = 0
    peak: int = 0
    levels: list[tuple[float, int]] = field(default_factory=list)
    port: int = 0
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _models(self, request: web.Request) -> web.Response:
        self.listed += 1
        return web.json_response({"object": "list", "data": []}, status=self.models)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        seed = json.loads(await request.read())["seed"]
        self.asked[seed] += 1
        if self.at_once >= self.cap:
            self.refused += 1
            headers = {"Retry-After": self.retry_after} if self.retry_after else None
            return refuse(429, "Rate limit reached", code="rate_limit_exceeded", headers=headers)
        self.at_once += 1
        self.peak = max(self.peak, self.at_once)
        self.levels.append((time.monotonic(), self.at_once))
        try:
            made = self.wrong(seed)
            wrong = await made if isinstance(made, Awaitable) else made
            if wrong is not None:
                return wrong
            await asyncio.sleep(self.delay_s)
            return complete([f"reply {seed}"], "m")
        finally:
            self.at_once -= 1


@asynccontextmanager
async def serving(**more: Any) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(**more)
    await endpoint.start()
    try:
        yield endpoint
    finally:
        await endpoint.stop()


@asynccontextmanager
async def chatting(
    url: str, notify: Callable[[str], None] = lambda message: None, **more: Any
) -> AsyncIterator[OpenAIChat]:
    options = OpenAIOptions(model="m", base_url=url, **{"max_in_flight": 256, **more})
    chat = OpenAIChat(options, notify=notify)
    try:
        yield chat
    finally:
        await chat.close()
        assert chat.in_flight == 0, "no place is lost"


def a_request(seed: int) -> ChatRequest:
    return ChatRequest(Prompt("p", "d" * 16, "You judge.", f"Row {seed}.", {}), seed=seed)


async def ask_all(
    chat: OpenAIChat, count: int, workers: int = 256, first: int = 0
) -> tuple[list[ChatReply | BaseException], float]:
    """Replies in the order of their seeds, and the seconds that it took."""
    results: dict[int, ChatReply | BaseException] = {}
    seeds = iter(range(first, first + count))

    async def work() -> None:
        for seed in seeds:
            try:
                results[seed] = await chat.chat(a_request(seed))
            except Exception as error:
                results[seed] = error

    started = time.monotonic()
    await asyncio.gather(*(work() for _ in range(workers)))
    return [results[seed] for seed in sorted(results)], time.monotonic() - started


def all_answered(results: list[ChatReply | BaseException]) -> bool:
    return all(
        isinstance(result, ChatReply) and result.texts[0].text == f"reply {seed}"
        for seed, result in enumerate(results)
    )


# Throttling


@pytest.mark.parametrize("retry_after", ["1", None])
async def test_a_throttled_run_is_near_the_ideal_and_provokes_few_refusals(retry_after: str | None) -> None:
    async with serving(cap=32, retry_after=retry_after) as endpoint, chatting(endpoint.url) as chat:
        results, took_s = await ask_all(chat, 1000)
    ideal_s = 1000 / 32 * 0.2
    note(f"retry_after={retry_after}: {took_s / ideal_s:.2f} of the ideal, {endpoint.refused} refusals")
    assert all_answered(results), "a throttled request is never a failed row"
    assert took_s < 3 * ideal_s, "figures belong to benchmarks; this catches a collapse"
    assert endpoint.refused < 100


async def test_a_cap_that_changes_in_the_middle_is_found_each_time() -> None:
    async with serving(cap=32, delay_s=0.1) as endpoint, chatting(endpoint.url) as chat:

        async def change() -> None:
            await asyncio.sleep(3)
            endpoint.cap = 64
            await asyncio.sleep(5)
            endpoint.cap = 16

        changing = asyncio.create_task(change())
        results, took_s = await ask_all(chat, 3600)
        await changing
        first_s = endpoint.levels[0][0]
        high = [level for when, level in endpoint.levels if 6 < when - first_s < 8]
        low = [level for when, level in endpoint.levels if when - first_s > 8.5]
    could = (3 * 32 + 5 * 64 + (took_s - 8) * 16) / endpoint.delay_s
    note(f"changing cap: {could / 3600:.2f} of the ideal, {endpoint.refused} refusals")
    assert all_answered(results)
    assert max(high) > 40, "it finds that more is taken"
    assert max(low) <= 17
    assert could < 4 * 3600, "1.3 to 1.5 on two idle cores; this catches a collapse"
    assert endpoint.refused < 400


async def test_an_endpoint_without_a_cap_is_soon_used_in_full() -> None:
    async with serving() as endpoint, chatting(endpoint.url) as chat:
        results, took_s = await ask_all(chat, 2560)
        full_s = next(when for when, level in endpoint.levels if level >= 0.95 * 256) - endpoint.levels[0][0]
    note(f"no cap: full after {full_s:.2f} s; {took_s / 2:.2f} of the ideal")
    assert all_answered(results)
    assert full_s < 8
    assert endpoint.refused == 0


async def test_nobody_is_sent_while_the_endpoint_wants_a_pause() -> None:
    turns = itertools.count()
    refused_s: list[float] = []

    def wrong(seed: int) -> web.StreamResponse | None:
        if next(turns) != 9:
            return None
        refused_s.append(time.monotonic())
        return refuse(429, "slow down", headers={"Retry-After": "1"})

    async with serving(delay_s=0.02, wrong=wrong) as endpoint, chatting(endpoint.url) as chat:
        results, _ = await ask_all(chat, 60)
        after_s = [when - refused_s[0] for when, _ in endpoint.levels]
    assert all_answered(results)
    assert not [when for when in after_s if 0.2 < when < 1.0], "but for what was on its way"
    assert sum(when >= 1.0 for when in after_s) > 20


async def test_many_refusals_do_not_use_up_the_retries() -> None:
    turns = iter([0, *[429] * 12])
    async with (
        serving(delay_s=0, wrong=lambda seed: refuse(429, "busy") if next(turns, 0) else None) as endpoint,
        chatting(endpoint.url, first_backoff_s=0.001, max_retries=0) as chat,
    ):
        results, _ = await ask_all(chat, 5, workers=1)
    assert all_answered(results)
    assert endpoint.asked.total() == 17


@pytest.mark.parametrize("status", [429, 503])
async def test_a_request_that_alone_is_refused_for_ever_is_its_own_error_in_the_end(status: int) -> None:
    async with (
        serving(
            delay_s=0.005, wrong=lambda seed: refuse(status, "too big") if seed == 20 else None
        ) as endpoint,
        chatting(endpoint.url, first_backoff_s=0.01) as chat,
    ):
        results, _ = await ask_all(chat, 800, workers=8)
    assert isinstance(results[20], EndpointError)
    assert "too big" in str(results[20])
    assert all(isinstance(result, ChatReply) for seed, result in enumerate(results) if seed != 20)
    assert 7 <= endpoint.asked[20] <= 20


async def test_a_request_that_is_above_the_rate_limit_by_itself_is_not_asked_again() -> None:
    said = "Request too large for m on tokens per min (TPM): Limit 30000, Requested 36345."
    async with serving(wrong=lambda seed: refuse(429, said)) as endpoint, chatting(endpoint.url) as chat:
        with pytest.raises(EndpointError, match="Request too large"):
            await chat.chat(a_request(1))
    assert endpoint.asked.total() == 1


async def test_an_endpoint_that_refuses_everything_for_too_long_stops_the_run() -> None:
    async with (
        serving(cap=0) as endpoint,
        chatting(endpoint.url, outage_s=0.5, first_backoff_s=0.05) as chat,
    ):
        results, took_s = await ask_all(chat, 20, workers=20)
    assert all(isinstance(result, EndpointGone) for result in results)
    assert took_s < 15


# An outage


@pytest.mark.parametrize("workers", [1, 32])
async def test_an_outage_of_a_few_seconds_fails_nothing_and_everything_goes_on(workers: int) -> None:
    said: list[str] = []
    async with (
        serving(delay_s=0.02) as endpoint,
        chatting(endpoint.url, said.append, max_retries=1, first_backoff_s=0.05) as chat,
    ):

        async def go_away() -> None:
            await asyncio.sleep(0.5)
            await endpoint.stop()
            await asyncio.sleep(3)
            await endpoint.start()

        going = asyncio.create_task(go_away())
        results, took_s = await ask_all(chat, 100 if workers == 1 else 1500, workers)
        await going
    assert all_answered(results)
    assert took_s < 30
    assert ["is down" in text for text in said] == [True, False]
    assert "answers again" in said[1]


async def test_an_endpoint_whose_chat_is_down_while_it_lists_models_is_waited_for() -> None:
    down = asyncio.Event()
    wrong: Wrong = lambda seed: refuse(500, "engine died") if down.is_set() else None  # noqa: E731
    said: list[str] = []
    async with (
        serving(delay_s=0.02, wrong=wrong) as endpoint,
        chatting(endpoint.url, said.append, first_backoff_s=0.05) as chat,
    ):
        loop = asyncio.get_running_loop()
        loop.call_later(0.3, down.set)
        loop.call_later(3.3, down.clear)
        results, _ = await ask_all(chat, 1500, 32)
    assert all_answered(results)
    assert len(said) == 2
    assert "engine died" in said[0]


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
    assert 1.4 < took_s < 20


async def test_an_endpoint_that_was_never_there_stops_the_run_soon() -> None:
    async with serving() as endpoint:
        url = endpoint.url
    async with chatting(url, first_backoff_s=0.01) as chat:
        results, took_s = await ask_all(chat, 30, 30)
    assert all(isinstance(result, EndpointGone) for result in results)
    assert took_s < 15


# One request that the endpoint cannot stand


@pytest.mark.parametrize("workers", [1, 32])
@pytest.mark.parametrize("kind", ["500", "503", "hang"])
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
        serving(delay_s=0.02, wrong=wrong) as endpoint,
        chatting(endpoint.url, said.append, first_backoff_s=0.01, timeout_s=0.3, max_retries=4) as chat,
    ):
        results, _ = await ask_all(chat, 60 if workers == 1 else 1500, workers)
    assert isinstance(results[10], EndpointError)
    assert all(isinstance(result, ChatReply) for seed, result in enumerate(results) if seed != 10)
    assert 5 <= endpoint.asked[10] <= 20
    assert not said, "nobody else had to wait"


async def test_poisoned_requests_that_are_the_only_ones_left_end_too() -> None:
    async with (
        serving(delay_s=0.005, wrong=lambda seed: refuse(500, "no") if seed > 3 else None) as endpoint,
        chatting(endpoint.url, first_backoff_s=0.01, max_retries=2) as chat,
    ):
        results, _ = await asyncio.wait_for(ask_all(chat, 8, 8), 30)
    assert [isinstance(result, EndpointError) for result in results] == [False] * 4 + [True] * 4


# Stopping


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
