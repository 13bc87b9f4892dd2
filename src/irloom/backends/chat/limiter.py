"""Hands out places among the requests in flight: first come, first served, paced, and safe to cancel.

Everything that keeps a request waiting is here: the limit, an endpoint's `Retry-After`, and the gate
that the circuit shuts while the endpoint is down. Time comes from `clock` (an event loop is one), so that
tests need not sleep.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

from irloom.backends.chat.slowness import Slowness
from irloom.backends.chat.window import Sent, Window

_LONGEST_PAUSE_S = 30.0
_STEP_S = 0.001
"""Between requests that go higher than before, so that the first refusal is back before many more are out.
Time that a busy machine has lost is not caught up: then refusals are late too."""


class Handle(Protocol):
    """A timer that can be taken back."""

    def cancel(self) -> None:
        """Do not call."""
        ...


class Clock(Protocol):
    """What an asyncio event loop offers."""

    def time(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def call_later(self, delay: float, callback: Callable[[], Any], /) -> Handle:
        """Call after so many seconds."""
        ...


class LimiterClosed(Exception):
    """Nothing more is sent."""


class Permit:
    """A place among the requests in flight, given back when the `with` block ends."""

    __slots__ = ("_limiter", "_trial", "sent", "sent_s")

    def __init__(
        self, limiter: "Limiter", sent: Sent, sent_s: float, trial: asyncio.Future[None] | None
    ) -> None:
        self._limiter = limiter
        self._trial = trial
        self.sent = sent
        self.sent_s = sent_s

    @property
    def is_trial(self) -> bool:
        """Whether it passed a gate that is shut."""
        return self._trial is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._trial is not None and not self._trial.done():
            self._trial.set_result(None)
        self._limiter.give_back()


class Limiter:
    """Between 1 and `maximum` requests in flight, as many as the endpoint takes."""

    def __init__(
        self,
        maximum: int,
        clock: Clock | None = None,
        first_pause_s: float = 0.5,
        timeout_s: float = float("inf"),
    ) -> None:
        self.in_flight = 0
        self.answered = 0
        """Replies so far."""
        self.refused = 0
        """Requests so far that the endpoint was too busy for."""
        self._window = Window(maximum)
        self._slowness = Slowness(timeout_s)
        self._first_pause_s = first_pause_s
        self._refused_alone = 0
        self._highest = 0
        """Most in flight at once since the last pause, and no more than the limit was."""
        self._clock_given = clock
        self._waiters: OrderedDict[asyncio.Future[Permit], None] = OrderedDict()
        self._timer: Handle | None = None
        self._timer_s = 0.0
        self._shut = self._closed = False
        self._trial: asyncio.Future[None] | None = None
        self._next_s = float("-inf")

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return self._window.limit

    @property
    def waiting(self) -> int:
        """Requests that wait for a place."""
        return len(self._waiters)

    async def acquire(self, again: bool = False) -> Permit:
        """Wait for a place; a request that is sent `again` goes first. Raises LimiterClosed."""
        if self._closed:
            raise LimiterClosed
        waiter: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = None
        if again:
            self._waiters.move_to_end(waiter, last=False)
        self._admit()
        try:
            return await waiter
        except asyncio.CancelledError:
            self._waiters.pop(waiter, None)
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                with waiter.result():  # granted and cancelled at once
                    pass
            raise

    def answer(self, permit: Permit) -> None:
        """A reply came; what it took says how many more the endpoint can answer in time."""
        self.answered += 1
        self._refused_alone = 0
        now_s = self._clock.time()
        took_s = now_s - permit.sent_s
        if self.answered == 1 and self._slowness.is_slow(took_s):
            self._window.begin_at(self._slowness.choose_first(took_s))
        match self._slowness.judge(took_s):
            case "more":
                self._window.answer(now_s, permit.sent)
            case "fewer":
                self._window.ease(permit.sent)
            case "same":
                pass

    def refuse(self, permit: Permit, retry_after_s: float | None) -> None:
        """The endpoint is too busy; nobody asks before `retry_after_s`.

        Without it, and with nothing else in flight whose end could be waited for, a pause that doubles.
        """
        now_s = self._clock.time()
        self.refused += 1
        self._window.refuse(now_s, permit.sent, retry_after_s or 0.0)
        pause_s = retry_after_s or self._choose_pause()
        if pause_s:
            self._highest = 0
            self._next_s = max(self._next_s, now_s + pause_s)

    @property
    def pause_s(self) -> float:
        """How long nobody asks from now on."""
        return max(0.0, self._next_s - self._clock.time())

    def is_slow(self, permit: Permit) -> bool:
        """Whether what is answered now took long."""
        return self._slowness.is_slow(self._clock.time() - permit.sent_s)

    def bound(self, maximum: int) -> None:
        """Never have more in flight than this."""
        self._window.bound(maximum)

    def miss(self, permit: Permit) -> None:
        """A reply did not come in time."""
        self._window.miss(self._clock.time(), permit.sent)

    def give_back(self) -> None:
        """Free one place."""
        self.in_flight -= 1
        self._admit()

    def shut(self) -> None:
        """Let nobody pass until it is opened."""
        self._shut = True

    def let_one_pass(self) -> asyncio.Future[None]:
        """Let the first waiting request pass, or the next to come; done when that has ended, however."""
        self._trial = asyncio.get_running_loop().create_future()
        trial = self._trial
        self._admit()
        return trial

    def open(self) -> None:
        """Go on, from a low limit."""
        self._shut, self._trial = False, None
        self._window.restart()
        self._admit()

    def close(self) -> None:
        """Turn away everybody who waits, and who comes."""
        self._closed = True
        while self._waiters:
            waiter, _ = self._waiters.popitem(last=False)
            if not waiter.done():
                waiter.set_exception(LimiterClosed())
        if self._timer is not None:
            self._timer.cancel()

    @property
    def _clock(self) -> Clock:
        return self._clock_given or asyncio.get_running_loop()

    def _choose_pause(self) -> float:
        if self.in_flight > 1:
            return 0.0
        self._refused_alone += 1
        return min(_LONGEST_PAUSE_S, self._first_pause_s * 2.0 ** min(self._refused_alone - 1, 20))

    def _admit(self) -> None:
        """Let pass who may."""
        while self._waiters and not self._closed and self._has_room():
            now_s = self._clock.time()
            if self._next_s > now_s:
                self._wake_at(self._next_s, now_s)
                return
            self._let_pass(now_s)

    def _has_room(self) -> bool:
        if self._shut:
            return self._trial is not None
        return self.in_flight < self._window.limit

    def _let_pass(self, now_s: float) -> None:
        waiter, _ = self._waiters.popitem(last=False)
        if waiter.done():
            return
        trial, self._trial = self._trial, None
        self.in_flight += 1
        pressed = bool(self._waiters) or self.in_flight >= self._window.limit
        waiter.set_result(Permit(self, self._window.send(self.in_flight, pressed), now_s, trial))
        self._highest = min(self._highest, self._window.limit)
        if self.in_flight > self._highest:
            self._highest = self.in_flight
            self._next_s = now_s + _STEP_S

    def _wake_at(self, when_s: float, now_s: float) -> None:
        if self._timer is not None:
            if self._timer_s <= when_s:
                return
            self._timer.cancel()
        self._timer_s = when_s
        self._timer = self._clock.call_later(when_s - now_s, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._admit()
