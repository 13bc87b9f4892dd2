"""Jobs run side by side on warm servers, and nothing of them is left, however they end."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from irloom.drawings import Drawing, DrawingFault, DrawingJob, SandboxLevel
from irloom.errors import SandboxError
from irloom.sandbox.runner import Sandbox
from support.attacked import list_descendants, list_settled
from support.drawing import Studio

DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"
SLEEP = f"import time\ntime.sleep(2)\n{DRAW}"
ENDLESS = "while True: pass"
MANY = 20
"""Jobs of one server, in place of hundreds."""


@pytest.fixture
async def sandbox(studio: Studio, fonts: Path) -> AsyncIterator[Sandbox]:
    before = list_descendants()
    sandbox = Sandbox("standard", workers=2, cache=fonts)
    yield sandbox
    await sandbox.close()
    assert list_settled() <= before


async def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 200
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def find_parent(pid: int) -> int:
    """Give the process above this one, 0 where there is none any more."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def list_jobs(before: set[int]) -> set[int]:
    """Processes since `before` in which a script runs: each is the child of one that keeps it."""
    new = list_descendants() - before
    return {pid for pid in new if find_parent(pid) in new}


def list_zombies() -> set[str]:
    """Processes that ended, and that this one has not asked about."""
    zombies = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if state == "Z" and int(parent) == os.getpid():
                zombies.add(path.parent.name)
    return zombies


async def test_a_server_starts_with_the_first_job_that_needs_it(sandbox: Sandbox) -> None:
    before = list_settled()
    assert isinstance(await sandbox.draw(DrawingJob(DRAW, seed=1)), Drawing)
    one = list_settled() - before
    assert isinstance(await sandbox.draw(DrawingJob(DRAW, seed=1)), Drawing)
    assert list_settled() - before == one
    await asyncio.gather(*(sandbox.draw(DrawingJob(DRAW, seed=1)) for _ in range(4)))
    assert len(list_settled() - before) == 2 * len(one)


async def test_two_jobs_run_at_once_and_each_gets_its_own_answer(sandbox: Sandbox) -> None:
    await asyncio.gather(*(sandbox.draw(DrawingJob("", seed=1)) for _ in range(2)))
    before = list_settled()
    endless = [asyncio.create_task(sandbox.draw(DrawingJob(ENDLESS, seed=1))) for _ in range(2)]
    await wait_until(lambda: len(list_jobs(before)) == 2)
    for job in endless:
        job.cancel()
    await asyncio.gather(*endless, return_exceptions=True)
    scripts = [f"{DRAW}\nprint({number})" for number in range(4)]
    drawings = await asyncio.gather(*(sandbox.draw(DrawingJob(script, seed=1)) for script in scripts))
    assert [drawing.log for drawing in drawings] == ["0", "1", "2", "3"]


async def test_a_cancelled_job_is_ended_and_the_next_one_gets_its_own_answer(sandbox: Sandbox) -> None:
    others = list_descendants()
    await sandbox.draw(DrawingJob("", seed=1))
    before = list_settled()
    job = asyncio.create_task(sandbox.draw(DrawingJob(f"print('old')\n{ENDLESS}", seed=1)))
    await wait_until(lambda: len(list_jobs(before)) == 1)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    drawing = await sandbox.draw(DrawingJob(f"print('new')\n{DRAW}", seed=1))
    assert drawing.log == "new"
    await wait_until(lambda: not list_descendants() & (before - others))


async def test_many_cancelled_jobs_leave_every_worker_free(sandbox: Sandbox) -> None:
    for pause_s in (0, 0.001, 0.05, 0.3, 1.0):
        jobs = [asyncio.create_task(sandbox.draw(DrawingJob(SLEEP, seed=1))) for _ in range(5)]
        await asyncio.sleep(pause_s)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
    drawings = await asyncio.gather(*(sandbox.draw(DrawingJob(DRAW, seed=1)) for _ in range(4)))
    assert all(isinstance(drawing, Drawing) for drawing in drawings)


async def test_a_server_is_replaced_after_many_jobs(
    studio: Studio, fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("irloom.sandbox.worker.JOBS_A_SERVER", MANY)
    before = list_zombies()
    sandbox = Sandbox("standard", workers=1, cache=fonts)
    await sandbox.draw(DrawingJob("", seed=1))
    first = list_settled()
    for _ in range(MANY - 2):
        await sandbox.draw(DrawingJob("", seed=1))
    assert list_settled() == first
    await sandbox.draw(DrawingJob("", seed=1))
    await sandbox.draw(DrawingJob("", seed=1))
    assert list_settled() & first < first
    await sandbox.close()
    await wait_until(lambda: list_zombies() <= before)


async def test_a_job_whose_server_is_killed_is_run_again(sandbox: Sandbox) -> None:
    await sandbox.open()
    before = list_descendants()
    job = asyncio.create_task(sandbox.draw(DrawingJob(SLEEP, seed=1)))
    await wait_until(lambda: len(list_jobs(before)) == 1)
    child = list_jobs(before).pop()
    os.kill(find_parent(find_parent(child)), signal.SIGKILL)
    assert isinstance(await job, Drawing)
    assert not Path(f"/proc/{child}").exists() or "State:\tZ" in Path(f"/proc/{child}/status").read_text()


async def test_servers_that_keep_going_away_are_an_error_of_the_sandbox(tmp_path: Path) -> None:
    sandbox = Sandbox("container", [sys.executable, "-c", "import sys; sys.exit('no engine here')"], 1)
    with pytest.raises(SandboxError, match="failed 2 times on one script: no engine here"):
        await sandbox.draw(DrawingJob(DRAW, seed=1))
    await sandbox.close()


async def test_jobs_that_wait_for_each_other_do_not_wait_for_ever(sandbox: Sandbox) -> None:
    endless, drawing = DrawingJob(ENDLESS, seed=1, wall_s=0.5), DrawingJob(DRAW, seed=1)
    results = await asyncio.gather(*(sandbox.draw(endless if place % 3 else drawing) for place in range(6)))
    assert [isinstance(result, Drawing) for result in results] == [place % 3 == 0 for place in range(6)]
    assert {result.reason for result in results if isinstance(result, DrawingFault)} == {"timeout"}


async def test_a_closed_sandbox_starts_nothing_more(sandbox: Sandbox) -> None:
    await sandbox.open()
    before = list_descendants()
    job = asyncio.create_task(sandbox.draw(DrawingJob(ENDLESS, seed=1)))
    await wait_until(lambda: len(list_jobs(before)) == 1)
    await sandbox.close()
    with pytest.raises(SandboxError, match="the sandbox was closed"):
        await job
    with pytest.raises(SandboxError, match="the sandbox was closed"):
        await sandbox.draw(DrawingJob(DRAW, seed=1))


ODD = {
    "no text": "",
    "a null": "x = '\0'",
    "a surrogate": "x = '\udc80'",
    "a line end": "x = 1\r\ny = 2\r\n",
    "another coding": "# coding: no-such-coding\nx = 1",
    "a very long line": "x = '" + "x" * 3_000_000 + "'",
}


@pytest.mark.parametrize("script", ODD.values(), ids=ODD)
def test_an_odd_script_gets_an_answer(studio: Studio, script: str) -> None:
    fault = studio.draw(script, seed=-1)
    assert isinstance(fault, DrawingFault)
    assert fault.reason in ("no_figure", "code_error")


OWNER = """
import asyncio
from pathlib import Path
from irloom.drawings import DrawingJob
from irloom.sandbox.runner import Sandbox

async def main():
    sandbox = Sandbox({level!r}, workers=2, cache=Path({fonts!r}))
    await asyncio.gather(*(sandbox.open() for _ in range(1)))
    print("ready", flush=True)
    await asyncio.gather(*(sandbox.draw(DrawingJob("while True: pass", seed=1)) for _ in range(2)))

asyncio.run(main())
"""


@pytest.mark.parametrize("level", ["standard", "strict"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_nothing_is_left_when_irloom_is_killed(
    studio: Studio, fonts: Path, level: SandboxLevel, number: int
) -> None:
    if isinstance(problem := studio.open(level), Exception):
        pytest.skip(str(problem))
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(level=level, fonts=str(fonts))],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"ready\n"
    await wait_until(lambda: len(list_descendants(owner.pid)) >= 6)
    left = list_descendants(owner.pid)
    owner.send_signal(number)
    owner.wait()
    owner.stdout.close()
    await wait_until(lambda: not left & list_descendants())
