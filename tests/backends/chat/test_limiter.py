"""Places among the requests in flight, on a clock that the test moves."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from irloom.backends.chat.limiter import Limiter, LimiterClosed, Permit
from irloom.backends.chat.suspicion import Suspicion
from irloom.backends.chat.window import Window
from support.clock import FakeClock, settle

pytestmark = pytest.mark.timeout(20)


@dataclass
class Load:
    """A model of an endpoint with a cap, and so many requests that always want to be sent."""

    clock: FakeClock
    limiter: Limiter
    cap: int
    latency_s: float = 0.2
    retry_after_s: float | None = None
    at_once: int = 0
    peak: int = 0
    sent_s: list[float] = field(default_factory=list)
    refused_s: list[float] = field(default_factory=list)

    async def work(self) -> None:
        while True:
            with await self.limiter.acquire() as permit:
                await self._ask(permit)

    async def _ask(self, permit: Permit) -> None:
        self.sent_s.append(self.clock.time())
        if self.at_once >= self.cap:
            await self._wait(0.002)
            self.refused_s.append(self.clock.time())
            self.limiter.refuse(permit, self.retry_after_s)
            return
        self.at_once += 1
        self.peak = max(self.peak, self.at_once)
        await self._wait(self.latency_s)
        self.at_once -= 1
        self.limiter.answer(permit)

    async def _wait(self, seconds: float) -> None:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.clock.call_later(seconds, lambda: over.set_result(None))
        try:
            await over
        finally:
            timer.cancel()


@asynccontextmanager
async def loading(
    maximum: int, cap: int, workers: int = 300, retry_after_s: float | None = None
) -> AsyncIterator[Load]:
    clock = FakeClock()
    load = Load(clock, Limiter(maximum, clock), cap, retry_after_s=retry_after_s)
    tasks = [asyncio.create_task(load.work()) for _ in range(workers)]
    try:
        yield load
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (load.limiter.in_flight, load.limiter.waiting) == (0, 0), "no permit is lost"


async def take(limiter: Limiter, count: int) -> list[Permit]:
    return [await limiter.acquire() for _ in range(count)]


async def test_it_starts_low_and_reaches_the_maximum_in_a_few_rounds() -> None:
    async with loading(256, cap=10_000) as load:
        await load.clock.move(0.19)
        assert load.at_once <= 16
        await load.clock.move(1.2)
        assert load.at_once >= 0.95 * 256
        assert load.peak <= 256


async def test_it_finds_the_cap_with_a_handful_of_refusals_and_stays_below_it() -> None:
    async with loading(256, cap=32) as load:
        await load.clock.move(1.9)
        assert 1 <= len(load.refused_s) <= 8
        assert 28 <= load.limiter.limit <= 32


async def test_a_ceiling_that_failed_is_tried_again_later_and_later() -> None:
    async with loading(64, cap=8, workers=80) as load:
        await load.clock.move(120)
        times = [when - load.refused_s[0] for when in load.refused_s]
        gaps = [b - a for a, b in itertools.pairwise(times) if b - a > 1]
        assert gaps[0] >= 1
        assert gaps[-1] > 7
        assert len(load.refused_s) < 40
        assert len(load.sent_s) > 0.9 * 120 * 8 / 0.2


async def test_nobody_asks_before_the_moment_that_the_endpoint_named() -> None:
    async with loading(64, cap=8, workers=80, retry_after_s=3.0) as load:
        await load.clock.move(60)
        for refused_s in load.refused_s:
            early = [when for when in load.sent_s if refused_s < when < refused_s + 3.0]
            assert not early
        assert len(load.sent_s) > 0.7 * 60 * 8 / 0.2


async def test_it_finds_the_highest_rate_again_when_the_endpoint_takes_more() -> None:
    async with loading(256, cap=16) as load:
        await load.clock.move(10)
        load.cap = 10_000
        await load.clock.move(30)
        assert load.at_once >= 0.95 * 256


async def test_it_gives_way_when_the_endpoint_takes_less() -> None:
    async with loading(256, cap=10_000) as load:
        await load.clock.move(5)
        load.cap = 16
        await load.clock.move(5)
        assert load.limiter.limit <= 20
        before = len(load.refused_s)
        await load.clock.move(20)
        assert len(load.refused_s) - before < 12


async def test_an_endpoint_that_refuses_everything_is_asked_less_and_less_often() -> None:
    async with loading(256, cap=0) as load:
        await load.clock.move(120)
        assert len(load.refused_s) < 60
        load.cap = 10_000
        await load.clock.move(60)
        assert load.at_once >= 0.95 * 256


async def test_one_episode_cuts_once_however_many_were_refused() -> None:
    window = Window(256, start=100)
    for level in range(100, 60, -1):
        window.refuse(1.0, 0.5, level, 0.0)
    assert window.limit >= 50
    window.refuse(2.0, 1.5, 40, 0.0)
    assert window.limit < 50


async def test_a_limit_that_is_not_used_does_not_grow() -> None:
    clock = FakeClock()
    limiter = Limiter(256, clock)
    for _ in range(500):
        with await limiter.acquire() as permit:
            clock.now_s += 0.2
            limiter.answer(permit)
    assert limiter.limit == 16


async def test_single_replies_that_are_late_do_not_throttle_and_many_do() -> None:
    window = Window(256, start=64)
    for index in range(400):
        if index % 20:
            window.answer(float(index), False)
        else:
            window.miss(float(index), float(index))
    assert window.limit == 64
    for index in range(400, 420):
        window.miss(float(index), 399.5)
    assert window.limit == 44, "one episode"


async def test_places_are_given_in_the_order_of_asking_and_first_to_who_was_refused() -> None:
    limiter = Limiter(1, FakeClock())
    (held,) = await take(limiter, 1)
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
    await asyncio.gather(*tasks)
    assert order == ["refused", "a", "b", "c"]


async def test_cancelling_at_any_moment_loses_no_permit() -> None:
    limiter, chance = Limiter(5, FakeClock()), random.Random(3)
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
            await asyncio.sleep(0)
    await asyncio.wait(tasks)
    assert most == 5
    assert (limiter.in_flight, limiter.waiting) == (0, 0)
    await take(limiter, 5)


async def test_a_waiter_that_is_cancelled_in_the_moment_of_its_turn_hands_the_place_on() -> None:
    limiter = Limiter(1, FakeClock())
    (held,) = await take(limiter, 1)
    first, second = (asyncio.create_task(limiter.acquire()) for _ in range(2))
    await settle()
    with held:
        pass
    first.cancel()
    await settle()
    assert first.cancelled()
    assert second.done()
    assert limiter.in_flight == 1


async def test_closing_turns_away_who_waits_and_who_comes() -> None:
    limiter = Limiter(1, FakeClock())
    await take(limiter, 1)
    waiting = [asyncio.create_task(limiter.acquire()) for _ in range(3)]
    await settle()
    limiter.close()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, LimiterClosed) for result in results)
    with pytest.raises(LimiterClosed):
        await limiter.acquire()


async def test_a_gate_that_is_shut_lets_one_pass_at_a_time() -> None:
    limiter = Limiter(8, FakeClock())
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
    await settle()
    assert all(task.done() for task in waiting)


def test_a_request_that_alone_is_refused_is_suspected_and_one_among_many_is_not() -> None:
    alone, unlucky, throttled = Suspicion(), Suspicion(), Suspicion()
    for times in range(1, 10):
        alone.add(answered=100 * times, refused=times)
        unlucky.add(answered=100 * times, refused=60 * times)
        throttled.add(answered=0, refused=60 * times)
    assert alone.is_beyond_chance(6)
    assert not alone.is_beyond_chance(9), "the patience that the user asked for"
    assert not unlucky.is_beyond_chance(6)
    assert not throttled.is_beyond_chance(6)
