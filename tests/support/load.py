"""A model of an endpoint that throttles, and of requests that always want to be sent."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from irloom.backends.chat.limiter import Limiter, Permit
from support.clock import FakeClock


@dataclass
class Load:
    """An endpoint with a cap on what is in flight, a rate, and bad luck; and what it saw."""

    clock: FakeClock
    limiter: Limiter
    cap: int = 10_000
    rate: float = 1e9
    """Requests a second that are taken; those of one second may come at once."""
    bad_luck: float = 0.0
    """Share of the requests that is refused for no reason."""
    latency_s: float = 0.2
    refusal_s: float = 0.002
    retry_after_s: float | None = None
    at_once: int = 0
    peak: int = 0
    sent_s: list[float] = field(default_factory=list)
    answered_s: list[float] = field(default_factory=list)
    refused_s: list[float] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(7))
    _tokens: float = 0.0
    _filled_s: float = 0.0

    async def work(self) -> None:
        """Ask one request after the other, each until it is answered."""
        while True:
            again = False
            while not await self._ask(again):
                again = True

    async def finish(self, count: int) -> float:
        """Move the clock until so many were answered; the seconds that it took."""
        started_s = self.clock.time()
        while len(self.answered_s) < count:
            await self.clock.move(0.05)
            assert self.clock.time() < started_s + 3600, "nothing goes on"
        return self.answered_s[count - 1] - started_s

    async def _ask(self, again: bool) -> bool:
        with await self.limiter.acquire(again) as permit:
            self.sent_s.append(self.clock.time())
            if not self._is_taken():
                await self._refuse(permit)
                return False
            self.at_once += 1
            self.peak = max(self.peak, self.at_once)
            try:
                await self._wait(self.latency_s)
            finally:
                self.at_once -= 1
            self.answered_s.append(self.clock.time())
            self.limiter.answer(permit)
            return True

    async def _refuse(self, permit: Permit) -> None:
        await self._wait(self.refusal_s)
        self.refused_s.append(self.clock.time())
        self.limiter.refuse(permit, self.retry_after_s)

    def _is_taken(self) -> bool:
        now_s = self.clock.time()
        self._tokens = min(self.rate, self._tokens + (now_s - self._filled_s) * self.rate)
        self._filled_s = now_s
        if self.at_once >= self.cap or self._tokens < 1 or self._chance.random() < self.bad_luck:
            return False
        self._tokens -= 1
        return True

    async def _wait(self, seconds: float) -> None:
        over = asyncio.Event()
        timer = self.clock.call_later(seconds, over.set)
        try:
            await over.wait()
        finally:
            timer.cancel()


@asynccontextmanager
async def loading(maximum: int, **more: Any) -> AsyncIterator[Load]:
    """A few more workers than may be in flight; no permit may be lost in the end."""
    clock = FakeClock()
    load = Load(clock, Limiter(maximum, clock), **more)
    tasks = [asyncio.create_task(load.work()) for _ in range(maximum + 40)]
    try:
        yield load
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (load.limiter.in_flight, load.limiter.waiting) == (0, 0), "no permit is lost"
