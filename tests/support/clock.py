"""Clocks that stand still until a test moves them, or until nothing else is left to do."""

import asyncio
import functools
import heapq
import itertools
import selectors
from collections.abc import Callable, Coroutine, Sized
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar, TypeVarTuple

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_GRACE_S = 0.001
"""Before time goes on by more than `_STEP_S`, should the kernel be late. What is sent on loopback has mostly
arrived when the call returns."""
_STEP_S = 0.01


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
    ready: Sized = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    for _ in range(10_000):
        if not ready:
            return
        await asyncio.sleep(0)
    raise AssertionError("it never comes to rest")


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time goes on, at once, only when nobody has anything left to do before.

    Sockets and threads are real. All that a test talks to must run in this loop or in its threads: what
    another process or loop does takes no time here.
    """

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.in_threads = 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Seconds."""
        return self.now_s

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> "asyncio.Future[T]":
        """Keep the time while a thread works."""
        future: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        self.in_threads += 1
        future.add_done_callback(self._come_back)
        return future

    def _come_back(self, future: "asyncio.Future[Any]") -> None:
        self.in_threads -= 1

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the threads without a limit: no time passes meanwhile."""
        await super().shutdown_default_executor()


class _Selector(selectors.DefaultSelector):
    """Waits for what comes in, and in its place for the next timer by moving the clock."""

    def __init__(self, loop: SimulatedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What came in."""
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(_GRACE_S if timeout > _STEP_S else 0)
        while not ready and self._loop.in_threads:
            ready = super().select(_GRACE_S)
        if not ready:
            self._loop.now_s += timeout
        return ready


def simulated(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in a `SimulatedLoop`: how long it takes there does not depend on the machine."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
