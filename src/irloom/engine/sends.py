"""The calls in flight of a whole run, which a cancelled graph leaves to finish."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from irloom.errors import StorageError

T = TypeVar("T")


class Sends:
    """The calls in flight of a whole run; a cancelled graph leaves them to finish and be recorded."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.closed = False
        self.unwritten: StorageError | None = None
        """The first that could not be recorded, be there somebody who waits for it or not."""

    async def shield(self, call: Coroutine[Any, Any, T]) -> T:
        """Run a call so that cancelling the caller does not cancel it."""
        if self.closed:
            call.close()
            raise asyncio.CancelledError
        task = asyncio.create_task(call)
        self._tasks.add(task)
        task.add_done_callback(self._note_end)
        return await asyncio.shield(task)

    async def drain(self, grace_s: float) -> None:
        """Start nothing more; give what is in flight (and paid) some time to come back, then cancel it."""
        self.closed = True
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _note_end(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, StorageError):
            self.unwritten = self.unwritten or error
