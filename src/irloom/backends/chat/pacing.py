"""Decides after each failure: wait, ask again, blame the request or blame the endpoint.

The `openai` client would retry by itself and tenacity or aiolimiter would pace one call each; none of them
knows what befell the other requests, and every decision here hangs on that.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from irloom.backends.chat.circuit import Circuit, Kind
from irloom.backends.chat.limiter import Limiter, Permit
from irloom.backends.chat.notices import ThrottleNotice
from irloom.backends.chat.refusals import Retryable
from irloom.backends.chat.suspicion import Suspicion
from irloom.errors import EndpointError, EndpointGone
from irloom.options import OpenAIOptions
from irloom.protocols import Payment, Usage

MAX_BACKOFF_S = 30.0
MAX_RETRY_AFTER_S = 300.0
_SHORTEST_LOOK_S = 0.01
_MOST_EXCUSED = 10
"""A request that meets the end of the endpoint more often may be what ends it."""


@dataclass(slots=True, eq=False)
class Tally:
    """What one request, however often it is sent, has cost and met so far."""

    usage: Usage = field(default_factory=Usage)
    retries: int = 0
    faults: int = 0
    """Those retries that count against `max_retries`."""
    excused: int = 0
    """Failures that were the fault of an endpoint that was down."""
    suspicion: Suspicion = field(default_factory=Suspicion)
    answered_before: int = 0
    """Replies that anybody had got when this was sent last."""
    is_trial: bool = False
    goes_first: bool = False
    started_s: float | None = None
    unbounded: bool = False
    """Whether its reply was cut at a bound of ours, so that it is asked for at the user's `max_tokens`."""
    untold: list[Payment] = field(default_factory=list)
    """Payments of requests that were lost, and may have been billed."""
    probing: AsyncExitStack = field(default_factory=AsyncExitStack)
    """What keeps the other requests waiting until the first one was answered."""


class Pacer:
    """Limiter and circuit of one endpoint, and what a request owes to them."""

    def __init__(
        self,
        options: OpenAIOptions,
        name: str,
        is_alive: Callable[[], Awaitable[bool]],
        give_up: Callable[[EndpointGone], None],
        notify: Callable[[str], None],
    ) -> None:
        self.limiter = Limiter(
            options.max_in_flight, first_pause_s=options.first_backoff_s, timeout_s=options.timeout_s
        )
        self._notice = ThrottleNotice(name, notify)
        self.circuit = Circuit(
            self.limiter,
            is_alive,
            options.outage_s,
            first_pause_s=max(options.first_backoff_s, _SHORTEST_LOOK_S),
            name=name,
            notify=notify,
            give_up=give_up,
        )
        self._options = options
        self._over = asyncio.Event()

    def stop(self) -> None:
        """Turn away whoever waits for a place, wake who waits to ask again, and ask after nobody."""
        self._over.set()
        self.limiter.close()
        self.circuit.stop()

    async def close(self) -> None:
        """Stop looking after an endpoint that is down."""
        await self.circuit.close()

    async def enter(self, tally: Tally) -> Permit:
        """Wait for a place among the requests in flight; raises LimiterClosed."""
        permit = await self.limiter.acquire(tally.goes_first)
        tally.goes_first = False
        tally.is_trial = permit.is_trial
        tally.answered_before = self.limiter.answered
        if tally.started_s is None:
            tally.started_s = permit.sent_s
        return permit

    def note_reply(self, permit: Permit) -> None:
        """The endpoint answered."""
        self.limiter.answer(permit)
        self._notice.answer()
        self.circuit.answer(permit.sent_s)

    def note_trouble(self, error: Retryable, permit: Permit) -> None:
        """Tell limiter and circuit what became of a request, before its place is given back."""
        match error.kind:
            case "busy" | "overloaded":
                wanted_s = error.retry_after_s
                self.limiter.refuse(permit, None if wanted_s is None else min(wanted_s, MAX_RETRY_AFTER_S))
                now_s = asyncio.get_running_loop().time()
                self._notice.refuse(str(error), self.limiter.pause_s, now_s)
            case "late":
                self.limiter.miss(permit)
            case "unusable":
                self.note_reply(permit)

    async def react(self, error: Retryable, tally: Tally) -> None:
        """Wait before asking again; raise what it comes to when enough was tried."""
        others_answered = self.limiter.answered > tally.answered_before
        if error.kind == "busy" or (error.kind == "overloaded" and others_answered):
            self._bear(error, tally)
            tries = tally.suspicion.refusals - 1
            backoff_s = self._choose_backoff(tries) if tries else 0.0  # the limiter makes it wait enough
        elif await self._is_excused(error, tally, others_answered):
            return
        else:
            works = error.kind == "unusable" and error.usage.prompt_tokens  # it only said nothing
            backoff_s = self._choose_backoff(0 if works else tally.faults)
            tally.faults += 1
        tally.retries += 1
        delay_s = backoff_s * random.uniform(0.5, 1.0)
        if error.retry_after_s is not None:
            delay_s += min(error.retry_after_s, MAX_RETRY_AFTER_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._over.wait()

    def _choose_backoff(self, tries: int) -> float:
        return min(MAX_BACKOFF_S, self._options.first_backoff_s * 2.0 ** min(tries, 20))

    def _bear(self, error: Retryable, tally: Tally) -> None:
        """Take a refusal as no fault of this request's, unless it alone is refused again and again."""
        tally.goes_first = True
        tally.suspicion.add(self.limiter.answered, self.limiter.refused)
        alone = self.limiter.in_flight + self.limiter.waiting == 0
        given_up = self.circuit.refuse(tally, alone=alone, trial=tally.is_trial)
        if given_up:
            said = f"for {self._options.outage_s:g} s, and nothing else was asked"
            raise EndpointError(f"{error} (asked {tally.retries + 1} times {said})")
        if tally.suspicion.is_beyond_chance(self._options.max_retries):
            raise EndpointError(f"{error} (asked {tally.retries + 1} times, while others were answered)")

    async def _is_excused(self, error: Retryable, tally: Tally, others_answered: bool) -> bool:
        """Whether the endpoint is to blame and keeps everybody waiting; raises if this request is at last.

        What is late while others are answered waited in a queue, or takes too long by itself: no outage.
        """
        last = tally.faults >= self._options.max_retries
        said = f"{error} (asked {tally.retries + 1} times)"
        queued = error.kind == "late" and others_answered
        tally.goes_first = queued
        if error.kind != "unusable" and not queued and tally.excused < _MOST_EXCUSED:
            kind: Kind = "lost" if error.kind in {"lost", "late"} else "failed"
            if await self.circuit.fail(tally, kind, said, last=last, trial=tally.is_trial):
                tally.faults, tally.goes_first = 0, True
                tally.excused += 1
                tally.retries += 1
                return True
        if last:
            raise EndpointError(f"{said}: {error.advice}" if error.advice else said) from error
        return False
