"""Jobs of many samples go through a worker in batches; each gets its own result or error."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from irloom.engine.batcher import Batcher
from irloom.errors import SampleError, ScoringError
from support.clock import settle, simulated


class Doubler:
    """Doubles numbers, refuses negative ones, and remembers its batches; if held, it waits for `may_end`."""

    def __init__(self, held: bool = False) -> None:
        self.batches: list[list[int]] = []
        self.threads: set[str] = set()
        self.started, self.may_end = threading.Event(), threading.Event()
        if not held:
            self.may_end.set()

    def __call__(self, jobs: Sequence[int]) -> list[int | SampleError]:
        self.batches.append(list(jobs))
        self.threads.add(threading.current_thread().name)
        self.started.set()
        assert self.may_end.wait(200)
        return [job * 2 if job >= 0 else ScoringError(f"{job} is negative") for job in jobs]


async def test_results_come_to_those_who_asked_in_batches_of_the_size() -> None:
    work = Doubler()
    batcher = Batcher(work, 4)
    assert await asyncio.gather(*map(batcher.run, range(10))) == [number * 2 for number in range(10)]
    assert work.batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    await batcher.close()


async def test_work_is_done_in_one_thread_that_is_not_the_loops() -> None:
    work = Doubler()
    batcher = Batcher(work, 1)
    await asyncio.gather(*map(batcher.run, range(5)))
    assert work.threads == {"irloom-batch_0"}
    await batcher.close()


@simulated
async def test_a_job_waits_a_moment_for_company_and_no_longer() -> None:
    work = Doubler()
    batcher = Batcher(work, 8, wait_s=0.2)
    first = asyncio.create_task(batcher.run(1))
    await asyncio.sleep(0.05)
    assert not first.done()
    assert list(await asyncio.gather(first, batcher.run(2))) == [2, 4]
    assert work.batches == [[1, 2]]
    clock = asyncio.get_running_loop()
    began_s = clock.time()
    assert await batcher.run(3) == 6
    assert clock.time() - began_s == pytest.approx(0.2)
    await batcher.close()


@simulated
async def test_a_full_batch_does_not_wait() -> None:
    clock = asyncio.get_running_loop()
    began_s = clock.time()
    batcher = Batcher(Doubler(), 2, wait_s=30)
    assert list(await asyncio.gather(batcher.run(1), batcher.run(2))) == [2, 4]
    assert clock.time() == began_s
    await batcher.close()


async def test_a_batch_fills_up_while_the_one_before_is_worked_on() -> None:
    work = Doubler(held=True)
    batcher = Batcher(work, 3, wait_s=0.001)
    tasks = [asyncio.create_task(batcher.run(0))]
    await asyncio.to_thread(work.started.wait)
    tasks += [asyncio.create_task(batcher.run(number)) for number in range(1, 6)]
    await settle()
    work.may_end.set()
    await asyncio.gather(*tasks)
    assert work.batches == [[0], [1, 2, 3], [4, 5]]
    await batcher.close()


async def test_an_error_of_one_job_leaves_the_others_alone() -> None:
    batcher = Batcher(Doubler(), 4)
    results = await asyncio.gather(*map(batcher.run, [1, -1, 2, -2]), return_exceptions=True)
    assert [str(result) for result in results] == ["2", "-1 is negative", "4", "-2 is negative"]
    assert await batcher.run(5) == 10
    await batcher.close()


def fail(jobs: Sequence[int]) -> list[int | SampleError]:
    raise KeyError("a bug")


def run_out(jobs: Sequence[int]) -> list[int | SampleError]:
    return [next(iter(()))]


def lose_one(jobs: Sequence[int]) -> list[int | SampleError]:
    return list(jobs[1:])


def add_one(jobs: Sequence[int]) -> list[int | SampleError]:
    return [*jobs, 0]


@pytest.mark.parametrize(
    ("work", "kind", "said"),
    [
        (fail, KeyError, "a bug"),
        (run_out, RuntimeError, "ran out of items"),
        (lose_one, RuntimeError, "gave 2 results for 3 jobs"),
        (add_one, RuntimeError, "gave 4 results for 3 jobs"),
    ],
)
async def test_a_bug_in_the_worker_reaches_every_waiter(
    work: Callable[[Sequence[int]], list[int | SampleError]], kind: type[Exception], said: str
) -> None:
    batcher = Batcher(work, 3)
    results = await asyncio.gather(*map(batcher.run, range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [kind] * 3
    assert said in str(results[0])
    await batcher.close()


@simulated
async def test_a_waiter_that_is_cancelled_leaves_the_others() -> None:
    work = Doubler()
    batcher = Batcher(work, 3, wait_s=0.02)
    tasks = [asyncio.create_task(batcher.run(number)) for number in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[0] == 0
    assert isinstance(results[1], asyncio.CancelledError)
    assert results[2] == 4
    assert work.batches == [[0, 2]], "nobody waits for the cancelled one"
    await batcher.close()


async def test_a_waiter_that_is_cancelled_while_its_batch_is_worked_on_leaves_the_others() -> None:
    work = Doubler(held=True)
    batcher = Batcher(work, 2)
    tasks = [asyncio.create_task(batcher.run(number)) for number in (1, -1, 3)]
    await asyncio.to_thread(work.started.wait)
    tasks[1].cancel()
    work.may_end.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert (results[0], results[2]) == (2, 6)
    await batcher.close()


async def test_a_batch_of_cancelled_waiters_only_is_not_worked_on() -> None:
    work = Doubler()
    batcher = Batcher(work, 2, wait_s=0.01)
    task = asyncio.create_task(batcher.run(1))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await batcher.close()
    assert work.batches == []


async def test_closing_lets_what_was_begun_end() -> None:
    work = Doubler(held=True)
    batcher = Batcher(work, 1)
    task = asyncio.create_task(batcher.run(1))
    await asyncio.to_thread(work.started.wait)
    closing = asyncio.create_task(batcher.close())
    await settle()
    assert not closing.done()
    work.may_end.set()
    await closing
    assert await task == 2


async def test_closing_what_was_never_used_is_harmless() -> None:
    await Batcher(Doubler(), 1).close()
