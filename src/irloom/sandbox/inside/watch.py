"""Watches one job from outside: takes what it writes, bounds it, and ends it in time."""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass
from typing import Literal

Fate = Literal["ended", "timeout", "memory", "killed", "flooded", "unheld", "abandoned"]
"""How the process ended; `unheld` if it could not be confined, and so never ran the script."""

HELD = b"."
"""What a job writes first, when nothing more can be taken from it."""
WHOLE = b"\nwhole"
"""What a job writes last."""

MAX_RESULT = 48 << 20
_LOG_TAIL = 8 << 10
_CHUNK = 1 << 16
_PAUSE_S = 0.0003
_ENDED: tuple[Fate, int] = ("ended", 0)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one job did."""

    fate: Fate
    signal: int
    """The signal that ended it, or 0."""
    wall_ms: float
    log: str
    """The end of what it printed."""
    result: bytes

    def describe(self) -> dict[str, object]:
        """Give the head of the reply."""
        return {"fate": self.fate, "signal": self.signal, "wall_ms": self.wall_ms, "log": self.log}


def watch(child: int, log: int, result: int, requests: int, wall_s: float, cpu_s: int) -> Watched:
    """Read both pipes until they end; kill the process at its time, or if requests end.

    A job that has told everything is killed and not waited for: `reap` does that.
    """
    started = time.monotonic()
    deadline = started + wall_s
    tail, chunks = bytearray(), bytearray()
    stopped = _read(log, result, requests, deadline, tail, chunks)
    whole = stopped is None and chunks.startswith(HELD) and chunks.endswith(WHOLE)
    if stopped or whole:
        kill_group(child)
    fate, number = _ENDED if whole else _wait(child, deadline, cpu_s, stopped, chunks)
    return Watched(
        fate=fate,
        signal=number,
        wall_ms=round((time.monotonic() - started) * 1000, 3),
        log=tail.decode("utf-8", "replace"),
        result=bytes(chunks[len(HELD) : -len(WHOLE)]) if whole else b"",
    )


def reap(child: int) -> None:
    """Wait for a process that was killed, unless it was waited for already."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def kill_group(child: int) -> None:
    """Kill the job and whatever belongs to it; it may not have made its group yet."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)


def _read(
    log: int, result: int, requests: int, deadline: float, tail: bytearray, chunks: bytearray
) -> Fate | None:
    """Read until both pipes end; gives why that was not waited for."""
    poll = select.poll()
    for number in (log, result, requests):
        poll.register(number, select.POLLIN)
    open_pipes = {log, result}
    while open_pipes:
        left_ms = (deadline - time.monotonic()) * 1000
        ready = [number for number, _ in poll.poll(max(0, left_ms))]
        if left_ms <= 0:
            return "timeout"
        if requests in ready:
            return "abandoned"  # nothing is asked during a job, so this is the end of input
        for number in ready:
            data = os.read(number, _CHUNK)
            if not data:
                poll.unregister(number)
                open_pipes.discard(number)
            (tail if number == log else chunks).extend(data)
        del tail[:-_LOG_TAIL]
        if len(chunks) > MAX_RESULT:
            return "flooded"
    return None


def _wait(
    child: int, deadline: float, cpu_s: int, stopped: Fate | None, chunks: bytearray
) -> tuple[Fate, int]:
    """Wait for the process's end, and give how it came about."""
    status, used_s, late = _wait_until(child, deadline)
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if stopped is None and (late or number == signal.SIGXCPU or used_s >= cpu_s):
        stopped = "timeout"
    return (stopped, 0) if stopped else (_tell_fate(number, chunks), number)


def _wait_until(child: int, deadline: float) -> tuple[int, float, bool]:
    """Give the process's status, its processor seconds, and if it had to be killed in the end."""
    late = False
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return status, usage.ru_utime + usage.ru_stime, late
        if time.monotonic() >= deadline:
            late = True
            kill_group(child)
        time.sleep(_PAUSE_S)


def _tell_fate(number: int, chunks: bytearray) -> Fate:
    if not chunks.startswith(HELD):
        return "unheld"
    if number == signal.SIGKILL:
        return "memory"  # neither the clock nor we killed it, so the kernel did, for want of memory
    return "killed" if number else "ended"
