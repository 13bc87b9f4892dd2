"""Hears Ctrl-C and SIGTERM: the first stops cleanly, the second at once.

A SIGTERM that comes twice within a second is one.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine
from types import FrameType, TracebackType
from typing import Any, Self

from irloom.errors import EXIT_INTERRUPTED, EXIT_TERMINATED
from irloom.views.terminal import say

SAME_WISH_S = 1.0
"""`timeout` and service managers send SIGTERM to a process and again to its group: both are one wish."""
CODES = {signal.SIGINT: EXIT_INTERRUPTED, signal.SIGTERM: EXIT_TERMINATED}


class Stopped(KeyboardInterrupt):
    """The user stopped the command, and what it held was put away.

    A KeyboardInterrupt, because event loops and libraries let that one through.
    """

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self.exit_code = CODES[number]


class Stopper:
    """Within its block a signal raises Stopped; where an event loop works, when its work has ended."""

    def __init__(
        self, last_words: str = "Stopped at once.", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._last_words = last_words
        self._clock = clock
        self._before: dict[signal.Signals, Any] = {}
        self._heard: signal.Signals | None = None
        self._heard_s = 0.0
        self._work: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._hear) for number in CODES}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in an event loop; a signal cancels it, and it may take its time to end."""
        asyncio.run(self._watch(work))

    async def _watch(self, work: Coroutine[Any, Any, None]) -> None:
        self._work = asyncio.create_task(work)
        try:
            await self._work
        except asyncio.CancelledError:
            if self._heard is None:
                raise
            raise Stopped(self._heard) from None
        finally:
            self._work = None

    def _hear(self, number: int, frame: FrameType | None) -> None:
        heard, now_s = signal.Signals(number), self._clock()
        if heard == self._heard == signal.SIGTERM and now_s - self._heard_s < SAME_WISH_S:
            return
        if self._heard is not None:
            os.write(2, f"{self._last_words}\n".encode())  # `say` may be what is interrupted here
            os._exit(CODES[heard])
        self._heard, self._heard_s = heard, now_s
        if self._work is None:
            raise Stopped(heard)
        self._work.get_loop().call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._work is not None:
            say("Stopping: waiting for replies that are on their way. Once more to stop at once.")
            self._work.cancel()
