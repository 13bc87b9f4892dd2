"""The openai backend against real servers that throttle, on a clock that runs ahead of the machine."""

import asyncio
import itertools
import logging

import pytest
from aiohttp import web

from irloom.errors import EndpointError, EndpointGone
from irloom.protocols import ChatReply
from support.chat_server import refuse
from support.clock import simulated
from support.fickle import a_request, all_answered, ask_all, chatting, serving

note = logging.getLogger(__name__).warning
"""Figures, to be seen with `pytest -rP`."""


@pytest.mark.parametrize("retry_after", ["1", None])
@simulated
async def test_a_throttled_run_is_near_the_ideal_and_provokes_few_refusals(retry_after: str | None) -> None:
    async with (
        serving(cap=32, delay_s=0.4, retry_after=retry_after) as endpoint,
        chatting(endpoint.url) as chat,
    ):
        results, took_s = await ask_all(chat, 500)
    ideal_s = 500 / 32 * 0.4
    note(f"retry_after={retry_after}: {took_s / ideal_s:.2f} of the ideal, {endpoint.refused} refusals")
    assert all_answered(results), "a throttled request is never a failed row"
    assert took_s < 1.5 * ideal_s
    assert endpoint.refused < 60


@simulated
async def test_a_cap_that_changes_in_the_middle_is_found_each_time() -> None:
    async with serving(cap=32, delay_s=0.4) as endpoint, chatting(endpoint.url) as chat:

        async def change() -> None:
            await asyncio.sleep(3)
            endpoint.cap = 64
            await asyncio.sleep(5)
            endpoint.cap = 16

        changing = asyncio.create_task(change())
        results, took_s = await ask_all(chat, 1300)
        await changing
        first_s = endpoint.levels[0][0]
        high = [level for when, level in endpoint.levels if 6 < when - first_s < 8]
        low = [level for when, level in endpoint.levels if when - first_s > 8.5]
    could = (3 * 32 + 5 * 64 + (took_s - 8) * 16) / endpoint.delay_s
    note(f"changing cap: {could / 1300:.2f} of the ideal, {endpoint.refused} refusals")
    assert all_answered(results)
    assert max(high) > 40, "it finds that more is taken"
    assert max(low) <= 17
    assert could < 2 * 1300
    assert endpoint.refused < 150


@simulated
async def test_an_endpoint_without_a_cap_is_soon_used_in_full() -> None:
    async with serving(delay_s=2) as endpoint, chatting(endpoint.url, max_in_flight=128) as chat:
        results, took_s = await ask_all(chat, 256)
    note(f"no cap: {endpoint.peak} at once; {took_s / 4:.2f} of the ideal")
    assert all_answered(results)
    assert endpoint.peak >= 0.95 * 128
    assert took_s < 2 * 4, "the first request goes alone"
    assert endpoint.refused == 0


@simulated
async def test_nobody_is_sent_while_the_endpoint_wants_a_pause() -> None:
    turns = itertools.count()
    refused_s: list[float] = []

    def wrong(seed: int) -> web.StreamResponse | None:
        if next(turns) != 9:
            return None
        refused_s.append(asyncio.get_running_loop().time())
        return refuse(429, "slow down", headers={"Retry-After": "1"})

    async with serving(delay_s=0.02, wrong=wrong) as endpoint, chatting(endpoint.url) as chat:
        results, _ = await ask_all(chat, 60)
        after_s = [when - refused_s[0] for when, _ in endpoint.levels]
    assert all_answered(results)
    assert not [when for when in after_s if 0.2 < when < 1.0], "but for what was on its way"
    assert sum(when >= 1.0 for when in after_s) > 20


@simulated
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
@simulated
async def test_a_request_that_alone_is_refused_for_ever_is_its_own_error_in_the_end(status: int) -> None:
    async with (
        serving(
            delay_s=0.05, wrong=lambda seed: refuse(status, "too big") if seed == 20 else None
        ) as endpoint,
        chatting(endpoint.url, first_backoff_s=0.01) as chat,
    ):
        results, _ = await ask_all(chat, 900, workers=8)
    assert isinstance(results[20], EndpointError)
    assert "too big" in str(results[20])
    assert all(isinstance(result, ChatReply) for seed, result in enumerate(results) if seed != 20)
    assert 7 <= endpoint.asked[20] <= 20


@simulated
async def test_a_request_that_is_above_the_rate_limit_by_itself_is_not_asked_again() -> None:
    said = "Request too large for m on tokens per min (TPM): Limit 30000, Requested 36345."
    async with serving(wrong=lambda seed: refuse(429, said)) as endpoint, chatting(endpoint.url) as chat:
        with pytest.raises(EndpointError, match="Request too large"):
            await chat.chat(a_request(1))
    assert endpoint.asked.total() == 1


@simulated
async def test_an_endpoint_that_refuses_everything_for_too_long_stops_the_run() -> None:
    async with (
        serving(cap=0) as endpoint,
        chatting(endpoint.url, outage_s=0.5, first_backoff_s=0.05) as chat,
    ):
        results, took_s = await ask_all(chat, 20, workers=20)
    assert all(isinstance(result, EndpointGone) for result in results)
    assert took_s < 5
