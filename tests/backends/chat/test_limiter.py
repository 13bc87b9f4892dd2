"""Places among the requests in flight, on a clock that the test moves."""

import asyncio
import random

import pytest

from irloom.backends.chat.limiter import Limiter, LimiterClosed
from support.clock import FakeClock, settle
from support.load import loading


async def test_it_fills_its_places_one_by_one_and_soon() -> None:
    async with loading(512, latency_s=1.0) as load:
        await load.clock.move(0.2)
        assert 150 <= load.at_once <= 250
        await load.clock.move(0.4)
        assert load.at_once == load.peak == 512


async def test_nobody_asks_before_the_moment_that_the_endpoint_named() -> None:
    async with loading(64, cap=8, retry_after_s=3.0) as load:
        await load.clock.move(60)
        for refused_s in load.refused_s:
            early = [when for when in load.sent_s if refused_s < when < refused_s + 3.0]
            assert not early
        assert len(load.answered_s) > 0.8 * 60 * 8 / 0.2


async def test_an_endpoint_that_refuses_everything_is_asked_less_and_less_often() -> None:
    async with loading(256, cap=0, latency_s=1.0) as load:
        await load.clock.move(120)
        assert len(load.refused_s) < 60
        load.cap = 10_000
        await load.clock.move(35)
        assert load.at_once >= 0.95 * 256


async def test_retry_after_nothing_is_no_reason_to_ask_without_end() -> None:
    async with loading(256, cap=0, retry_after_s=0.0) as load:
        await load.clock.move(120)
        assert len(load.refused_s) < 60


async def test_after_an_outage_it_starts_low_and_grows_from_there() -> None:
    async with loading(256, latency_s=1.0) as load:
        await load.clock.move(3)
        load.limiter.shut()
        await load.clock.move(2)
        assert load.at_once == 0
        load.limiter.open()
        await load.clock.move(0.9)
        assert load.at_once == 16
        await load.clock.move(1)
        assert load.at_once == 32
        await load.clock.move(5)
        assert load.at_once == 256


@pytest.mark.parametrize("retry_after_s", [None, 1.0])
@pytest.mark.parametrize("after_s", [0.01, 0.5, 3.0])
async def test_nothing_is_sent_once_it_is_closed(after_s: float, retry_after_s: float | None) -> None:
    async with loading(64, cap=8, retry_after_s=retry_after_s) as load:
        await load.clock.move(after_s)
        sent = len(load.sent_s)
        load.limiter.close()
        await load.clock.move(30)
        assert len(load.sent_s) == sent > 0
        assert load.limiter.waiting == 0


@pytest.mark.parametrize("cap", [4, 10_000])
async def test_cancelling_whoever_waits_or_is_asking_at_any_moment_loses_no_permit(cap: int) -> None:
    async with loading(16, cap=cap, bad_luck=0.1) as load:
        chance = random.Random(cap)
        for _ in range(200):
            more = [asyncio.create_task(load.work()) for _ in range(3)]
            await load.clock.move(chance.choice([0, 0.001, 0.05, 0.2]))
            for task in more:
                task.cancel()
        await load.clock.move(2)
        assert load.limiter.in_flight == min(cap, 16)


async def test_a_limit_that_is_not_used_does_not_grow() -> None:
    clock = FakeClock()
    limiter = Limiter(256, clock)
    limiter.open()
    for _ in range(500):
        with await limiter.acquire() as permit:
            clock.now_s += 0.2
            limiter.answer(permit)
    assert limiter.limit == 16


async def test_places_are_given_in_the_order_of_asking_and_first_to_who_was_refused() -> None:
    clock = FakeClock()
    limiter = Limiter(1, clock)
    held = await limiter.acquire()
    order: list[str] = []

    async def want(name: str, again: bool = False) -> None:
        with await limiter.acquire(again):
            order.append(name)

    tasks = [asyncio.create_task(want(name)) for name in "abc"]
    await settle()
    tasks.append(asyncio.create_task(want("refused", again=True)))
    await settle()
    with held:
        pass
    await clock.move(1)
    await asyncio.gather(*tasks)
    assert order == ["refused", "a", "b", "c"]


async def test_cancelling_at_any_moment_loses_no_permit() -> None:
    clock, chance = FakeClock(), random.Random(3)
    limiter = Limiter(5, clock)
    most = 0

    async def work() -> None:
        nonlocal most
        with await limiter.acquire():
            most = max(most, limiter.in_flight)
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)

    tasks: list[asyncio.Task[None]] = []
    for _ in range(2000):
        tasks.append(asyncio.create_task(work()))
        if chance.random() < 0.7:
            chance.choice(tasks[-20:]).cancel()
        if chance.random() < 0.3:
            clock.now_s += 0.001
            await asyncio.sleep(0)
    await clock.move(1)
    await asyncio.wait(tasks)
    assert most == 5
    assert (limiter.in_flight, limiter.waiting) == (0, 0)


async def test_a_waiter_that_is_cancelled_in_the_moment_of_its_turn_hands_the_place_on() -> None:
    clock = FakeClock()
    limiter = Limiter(1, clock)
    held = await limiter.acquire()
    first, second = (asyncio.create_task(limiter.acquire()) for _ in range(2))
    await clock.move(1)
    with held:
        pass
    first.cancel()
    await settle()
    assert first.cancelled()
    assert second.done()
    assert limiter.in_flight == 1


async def test_closing_turns_away_who_waits_and_who_comes() -> None:
    limiter = Limiter(1, FakeClock())
    await limiter.acquire()
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(3)]
    await settle()
    limiter.close()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, LimiterClosed) for result in results)
    with pytest.raises(LimiterClosed):
        await limiter.acquire()


async def test_a_gate_that_is_shut_lets_one_pass_at_a_time() -> None:
    clock = FakeClock()
    limiter = Limiter(8, clock)
    limiter.shut()
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(3)]
    await settle()
    assert limiter.in_flight == 0
    ended = limiter.let_one_pass()
    await settle()
    assert [task.done() for task in waiting] == [True, False, False]
    with waiting[0].result() as permit:
        assert permit.is_trial
        assert not ended.done()
    assert ended.done()
    assert limiter.in_flight == 0
    limiter.open()
    await clock.move(1)
    assert all(task.done() for task in waiting)


async def test_after_a_pause_places_are_filled_one_by_one_too() -> None:
    async with loading(256, retry_after_s=1.0, refusal_s=0.02) as load:
        await load.clock.move(3)
        load.cap = 0
        await load.clock.move(1)
        first = len(load.refused_s)
        await load.clock.move(10)
        assert len(load.refused_s) - first < 60
