"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Timer:
    """What `call_later` returns."""

    callback: Callable[[], Any] | None

    def cancel(self) -> None:
        """Do not call."""
        self.callback = None


@dataclass
class FakeClock:
    """The part of an event loop that tells and waits for the time."""

    now_s: float = 1000.0
    _timers: list[tuple[float, int, Timer]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def time(self) -> float:
        """Seconds."""
        return self.now_s

    def call_later(self, delay: float, callback: Callable[[], Any], /) -> Timer:
        """Call when the clock was moved so far."""
        timer = Timer(callback)
        heapq.heappush(self._timers, (self.now_s + delay, next(self._order), timer))
        return timer

    async def move(self, seconds: float) -> None:
        """Let time pass, timer by timer, and whatever waits for them go on."""
        end_s = self.now_s + seconds
        await settle()
        while self._timers and self._timers[0][0] <= end_s:
            when_s, _, timer = heapq.heappop(self._timers)
            self.now_s = max(self.now_s, when_s)
            if timer.callback is not None:
                timer.callback()
            await settle()
        self.now_s = end_s


async def settle() -> None:
    """Let every task go as far as it can without time passing."""
    for _ in range(20):
        await asyncio.sleep(0)
