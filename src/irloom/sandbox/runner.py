"""Runs model-written scripts on a few warm servers at one level of the sandbox."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from irloom.drawings import Drawing, DrawingFault, DrawingJob, SandboxLevel
from irloom.errors import SandboxError
from irloom.sandbox.command import build_command, build_environment, build_hello
from irloom.sandbox.results import read_reply
from irloom.sandbox.worker import ServerGone, Start, Worker

_TRIES = 2


class Sandbox:
    """A CodeRunner over `workers` servers, each of which is started by the first job that it gets.

    Does not check that its level holds: `open_sandbox` does. Servers die with the thread that started
    them, so the event loop should run in one that lasts.
    """

    def __init__(
        self,
        level: SandboxLevel,
        container: Sequence[str] = (),
        workers: int | None = None,
        cache: Path | None = None,
    ) -> None:
        self.level: SandboxLevel = level
        start = Start(
            build_command(level, container, cache), build_environment(level), build_hello(level, cache)
        )
        self._workers = [Worker(start) for _ in range(workers or os.cpu_count() or 1)]
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        for worker in reversed(self._workers):
            self._idle.put_nowait(worker)  # the last one put in is taken first, so a warm one

    async def open(self) -> dict[str, object]:
        """Start the first server and give what it says holds its jobs; raises ServerGone."""
        return await self._workers[0].open()

    async def draw(self, job: DrawingJob) -> Drawing | DrawingFault:
        """Run a script; raises SandboxError where servers go away under it."""
        worker = await self._idle.get()
        try:
            return await self._draw(worker, job)
        finally:
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """End all servers and their jobs."""
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def _draw(self, worker: Worker, job: DrawingJob) -> Drawing | DrawingFault:
        problem = ""
        for _ in range(_TRIES):
            try:
                head, body = await worker.run(job)
            except ServerGone as error:
                problem = str(error)
                continue
            if head.fate != "unheld":
                return await asyncio.to_thread(read_reply, job, head, body)
            problem = head.log or "a job could not be confined, and was not run"
        raise SandboxError(f"the sandbox's server failed {_TRIES} times on one script: {problem}")
