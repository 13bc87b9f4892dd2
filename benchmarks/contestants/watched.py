"""Runs irloom's command line with a note of where its CPU time goes.

`python -m benchmarks.contestants.watched REPORT run infrared …` interrupts the process after every few
milliseconds of CPU time, and gives what each thread has used since the last time to the innermost frame of
its stack that belongs to a known part. Nothing is wrapped or replaced, so what is watched is a real run.
"""

import json
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from irloom.cli.main import main as irloom_main

EVERY_S = 0.001
"""Of CPU time; the kernel rounds it up to its own tick."""
START = "start and end"
LOOP = "event loop and sockets"
PARTS = {
    "langgraph": "LangGraph",
    "langchain_core": "LangGraph",
    "openai": "client",
    "httpx": "client",
    "httpx2": "client",
    "httpx_aiohttp": "client",
    "aiohttp": "client",
    "yarl": "client",
    "irloom.backends": "irloom: pacing, requests, replies",
    "irloom.engine": "irloom: keys, commits, rules",
    "irloom.engine.journal": "irloom: journal",
    "irloom.agents": "irloom: agents and prompts",
    "irloom.prompts": "irloom: agents and prompts",
    "irloom.pipelines": "irloom: agents and prompts",
    "irloom.lexicon": "irloom: agents and prompts",
    "irloom.sources": "irloom: reading the inputs",
}
LOOPS = {("asyncio.base_events", "_run_once"), ("concurrent.futures.thread", "_worker")}
"""Where the work of a run begins on a stack: before and after it there are imports and reading."""
TRANSPARENT = {"irloom.engine.storage", "irloom.engine.steps", "irloom.pipelines.run"}
"""What is done here is done for the caller; modules that are in no part are treated the same way."""


class Watch:
    """Adds CPU time up by part, from the first tick to the last."""

    def __init__(self) -> None:
        self.spent_s: defaultdict[tuple[str, str], float] = defaultdict(float)
        """By part and module."""
        self._clocks: dict[int, float] = {}

    def begin(self) -> None:
        """From now on."""
        for name in {*PARTS, *TRANSPARENT}:
            if name.startswith("irloom") and find_spec(name) is None:
                raise LookupError(f"there is no {name} any more: put into PARTS what does its work now")
        signal.signal(signal.SIGPROF, self._tick)
        signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)

    def end(self) -> None:
        """No more."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)

    def _tick(self, number: int, interrupted: FrameType | None) -> None:
        frames = {**sys._current_frames(), threading.get_ident(): interrupted}
        for thread in threading.enumerate():
            if thread.ident is None:
                continue
            now = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
            used = now - self._clocks.get(thread.ident, 0.0)
            self._clocks[thread.ident] = now
            if used > 0.0:
                self.spent_s[find_part(frames.get(thread.ident))] += used


def find_part(frame: FrameType | None) -> tuple[str, str]:
    """The part and the module that the innermost known frame belongs to."""
    found = None
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("importlib._bootstrap"):
            break
        if found is None and (part := _part_of(module)):
            found = part, module
        if (module, frame.f_code.co_name) in LOOPS:
            return found or (LOOP, module)
        frame = frame.f_back
    return START, ""


def _part_of(module: str) -> str | None:
    if module in TRANSPARENT:
        return None
    name = module
    while name:
        if name in PARTS:
            return PARTS[name]
        name = name.rpartition(".")[0]
    return None


def main(arguments: Sequence[str]) -> int:
    """Run irloom and write the seconds by part and module as JSON lines; the exit code is irloom's."""
    report, *command = arguments
    watch = Watch()
    watch.begin()
    code = irloom_main(command)
    watch.end()
    spent = watch.spent_s.items()
    rows = [{"part": part, "module": module, "cpu_s": spent_s} for (part, module), spent_s in spent]
    Path(report).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
