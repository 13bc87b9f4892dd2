"""Collects the accelerator work of many graph runs into batches, one worker thread a model."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from irloom.errors import SampleError

Job = TypeVar("Job")
Done = TypeVar("Done")

WAIT_S = 0.005
"""How long the first job of a batch waits for company."""


class Batcher(Generic[Job, Done]):
    """Runs `work` on up to `size` jobs at once, in order of arrival; each gets its own result or error."""

    def __init__(
        self, work: Callable[[Sequence[Job]], Sequence[Done | SampleError]], size: int, wait_s: float = WAIT_S
    ) -> None:
        self._work = work
        self._size = size
        self._wait_s = wait_s
        self._waiting: list[tuple[Job, asyncio.Future[Done]]] = []
        self._filled = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="irloom-batch")

    async def run(self, job: Job) -> Done:
        """Wait for this job's result; raises its own SampleError."""
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, future))
        if len(self._waiting) >= self._size:
            self._filled.set()
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._drain())
        return await future

    async def close(self) -> None:
        """Let a batch in progress end, then free the thread."""
        if self._runner is not None:
            await asyncio.gather(self._runner, return_exceptions=True)
        self._thread.shutdown()

    async def _drain(self) -> None:
        while self._waiting:
            await self._gather_company()
            batch, self._waiting = self._waiting[: self._size], self._waiting[self._size :]
            await self._run_batch([pair for pair in batch if not pair[1].cancelled()])

    async def _gather_company(self) -> None:
        if len(self._waiting) < self._size:
            self._filled.clear()
            try:
                await asyncio.wait_for(self._filled.wait(), self._wait_s)
            except TimeoutError:
                return

    def _work_safely(self, jobs: Sequence[Job]) -> Sequence[Done | SampleError]:
        """Turn the two mistakes that would leave jobs waiting for ever into errors that reach them."""
        try:
            results = self._work(jobs)
        except StopIteration as error:  # a future cannot hold one
            raise RuntimeError("the worker of a batch ran out of items") from error
        if len(results) != len(jobs):
            raise RuntimeError(f"the worker of a batch gave {len(results)} results for {len(jobs)} jobs")
        return results

    async def _run_batch(self, batch: Sequence[tuple[Job, asyncio.Future[Done]]]) -> None:
        if not batch:
            return
        try:
            jobs = [job for job, _ in batch]
            results = await asyncio.get_running_loop().run_in_executor(self._thread, self._work_safely, jobs)
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, SampleError):
                future.set_exception(result)
            else:
                future.set_result(result)
