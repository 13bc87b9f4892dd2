"""Tells an endpoint that is down from a request that is at fault, and pauses all requests while it is down.

Two kinds of down: nothing answers, not even a list of models (then that list is asked for until it comes),
or the list comes while request after request fails (then one waiting request at a time is let through).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from irloom.backends.chat.limiter import Clock, Limiter
from irloom.errors import EndpointGone

Kind = Literal["lost", "failed"]
"""No answer came, or one with a status that says the server is in trouble."""

_SUSPICIOUS = {"lost": 2, "failed": 4}
"""Faults in a row after which the endpoint is looked at."""
_MANY_REQUESTS, _MANY_FAULTS = 3, 10
"""So many requests, and faults, in a row are the endpoint's fault, whatever its list of models says."""
_LONGEST_PAUSE = {"silent": 60, "failing": 10}
"""In first pauses."""


class Circuit:
    """Counts what goes wrong in a row; shuts the limiter's gate and opens it again."""

    def __init__(
        self,
        gate: Limiter,
        is_alive: Callable[[], Awaitable[bool]],
        outage_s: float,
        *,
        first_pause_s: float = 0.5,
        name: str = "",
        clock: Clock | None = None,
        notify: Callable[[str], None] = lambda message: None,
        give_up: Callable[[EndpointGone], None] = lambda error: None,
    ) -> None:
        self.reached = False
        """Whether anything was ever answered."""
        self.down: Literal["silent", "failing"] | None = None
        self._gate = gate
        self._is_alive = is_alive
        self._outage_s = outage_s
        self._first_pause_s = first_pause_s
        self._name = name
        self._clock_given = clock
        self._notify = notify
        self._give_up = give_up
        self._faults = self._since_look = 0
        self._faulty: set[object] = set()
        self._looking: asyncio.Task[bool | EndpointGone] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._down_s = 0.0
        self._told = self._stopped = False
        self._refused: set[object] = set()
        self._refused_s: float | None = None
        self._spared = False

    def answer(self, sent_s: float) -> None:
        """A reply came to a request that was sent at this time."""
        self.reached = True
        self._faults = self._since_look = 0
        self._spared, self._refused_s = False, None
        self._faulty.clear()
        self._refused.clear()
        if self.down is not None and sent_s >= self._down_s:
            self._go_on()

    def refuse(self, request: object, *, alone: bool, trial: bool) -> bool:
        """The endpoint was too busy. True where this one request is to be given up.

        Raises EndpointGone where it was too busy for everybody for `outage_s`. `alone` says that nobody
        else waits: then nobody can tell whether it is this request, so that one is given up first.
        """
        self.reached = True
        if trial and self.down is not None:
            self._go_on()  # it is busy, so it lives
        now_s = self._clock.time()
        if self._refused_s is None:
            self._refused_s = now_s
        self._refused.add(request)
        if now_s - self._refused_s < self._outage_s:
            return False
        if alone and len(self._refused) == 1 and not self._spared:
            self._spared, self._refused_s = True, None
            self._refused.clear()
            return True
        raise EndpointGone(
            f"The endpoint {self._name} has refused every request for {self._outage_s:g} s as too many. "
            "Resume when it takes requests again."
        )

    async def fail(self, request: object, kind: Kind, why: str, *, last: bool, trial: bool) -> bool:
        """A request failed. True where the endpoint is down, so that the request is not to blame.

        `last` says that the request would now be given up, `trial` that it was let through alone; a trial
        is to blame all the same, because it may be the very request that makes the endpoint fail. Raises
        EndpointGone where nothing was ever answered.
        """
        self._faults += 1
        self._since_look += 1
        self._faulty.add(request)
        self.reached = self.reached or kind == "failed"
        if self.down is not None:
            if trial or self.down == "silent":
                self._tell(why)
            return not trial
        suspicious = self.reached and self._since_look >= _SUSPICIOUS[kind]
        if not (last or suspicious):
            return False
        if self._looking is None and not self._stopped:
            self._looking = asyncio.create_task(self._look(why))
        if (looking := self._looking) is not None:
            await asyncio.wait([looking])
        if looking is None or looking.cancelled():
            return True  # it was stopped: nobody will know whom to blame
        verdict = looking.result()
        if isinstance(verdict, EndpointGone):
            raise verdict
        return verdict

    def stop(self) -> None:
        """Look no more; whoever waits for what a look brings goes on at once."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Stop, and wait until nothing is on its way any more."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def _tasks(self) -> list[asyncio.Task[Any]]:
        return [task for task in (self._looking, self._watching) if task is not None]

    @property
    def _clock(self) -> Clock:
        return self._clock_given or asyncio.get_running_loop()

    async def _look(self, why: str) -> bool | EndpointGone:
        """Ask whether the endpoint lives, once for all who doubt it."""
        try:
            faults = self._faults
            alive = await self._is_alive()
            if alive:
                self.reached = True
            elif not self.reached:
                return EndpointGone(
                    f"The endpoint {self._name} cannot be reached: {why}. "
                    "Check the address and that the server runs, then resume."
                )
            if self._faults < faults:
                return False  # somebody was answered meanwhile
            self._since_look = 0
            many = len(self._faulty) >= _MANY_REQUESTS and self._faults >= _MANY_FAULTS
            if alive and not many:
                return False
            self._pause("failing" if alive else "silent", why)
            return True
        finally:
            self._looking = None

    def _pause(self, down: Literal["silent", "failing"], why: str) -> None:
        self.down = down
        self._down_s = self._clock.time()
        self._told = False
        self._gate.shut()
        if down == "silent":
            self._tell(why)
        self._watching = asyncio.create_task(self._watch(down, why))

    def _tell(self, why: str) -> None:
        if not self._told:
            self._told = True
            self._notify(f"The endpoint {self._name} is down ({why}): all requests wait for it.")

    def _go_on(self) -> None:
        away_s = self._clock.time() - self._down_s
        self.down = None
        self._faults = self._since_look = 0
        self._faulty.clear()
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if self._told:
            self._notify(f"The endpoint {self._name} answers again after {away_s:.0f} s: going on.")
        self._gate.open()

    async def _watch(self, down: Literal["silent", "failing"], why: str) -> None:
        """Look again and again, until it answers or `outage_s` is over."""
        pause_s = self._first_pause_s
        if down == "failing":
            await self._gate.let_one_pass()  # a reply ends the whole watch
        while self._clock.time() - self._down_s < self._outage_s:
            await self._sleep(pause_s * random.uniform(0.8, 1.0))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE[down] * self._first_pause_s)
            if down == "failing":
                await self._gate.let_one_pass()  # a reply ends the whole watch
            elif await self._is_alive():
                self._watching = None
                self._go_on()
                return
        self._give_up(
            EndpointGone(
                f"The endpoint {self._name} has not answered for {self._outage_s:g} s ({why}). "
                "Resume when it is back: nothing that was answered is asked again."
            )
        )

    async def _sleep(self, delay_s: float) -> None:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not over.done():
                over.set_result(None)

        timer = self._clock.call_later(delay_s, wake)
        try:
            await over
        finally:
            timer.cancel()
