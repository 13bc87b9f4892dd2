"""Runs a run in the foreground: progress, signals, and the closing summary."""

import atexit
import ctypes
import gc
import os
import resource
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from irloom.cli.ending import describe_ending, name_resume
from irloom.cli.progress import Progress, indexing_reporter
from irloom.cli.signals import Stopped, Stopper
from irloom.engine.summary import Summary, summarise
from irloom.errors import EXIT_DONE, EXIT_SOME_FAILED
from irloom.pipelines.flow import Indexing, Notify
from irloom.pipelines.run import Listener, OpenRun, carry_on
from irloom.views.terminal import say, show

Opening = Callable[[Notify, Indexing], AbstractContextManager[OpenRun]]

_M_ARENA_MAX = -8
"""Of `mallopt`, as glibc's malloc.h has it."""


def carry_on_visibly(out: Path, opening: Opening, quiet: bool, flags: Sequence[str] = ()) -> int:
    """Carry a run on, show how it goes, and return the exit code; raises Stopped after a signal.

    `flags` are those that a resume needs.
    """
    _allow_many_files()
    _spare_the_collector()
    _share_the_heap()
    command = name_resume(out, flags)
    last_words = f"Stopped at once. To go on: {command}"
    with Stopper(last_words) as stopper, opening(say, indexing_reporter(quiet)) as opened:
        flow, said = opened.prepared.flow, list[str]()
        before = summarise(out, _list_replaceable(opened)) if opened.run is not None else Summary()

        async def work() -> None:
            said.extend(await carry_on(opened, Listener(progress.report, say)))

        try:
            with Progress(before, *opened.count_samples(), quiet, flow.share, opened.refresh) as progress:
                stopper.run(work())
        except Stopped:
            if opened.run is not None:
                show(describe_ending(out, flow, summarise(out), command, stopped=True))
            raise
    summary = summarise(out)
    show(describe_ending(out, flow, summary, command, stopped=False))
    if said:
        show("\n".join(said))
    return EXIT_SOME_FAILED if summary.outcomes["failed"] else EXIT_DONE


def _list_replaceable(opened: OpenRun) -> Collection[str]:
    """Samples whose commits may be replaced: under a refresh any, as new rules may make it stale."""
    return opened.log.state.done.keys() if opened.refresh else ()


def _spare_the_collector() -> None:
    """Collect less often, and never look through what was imported: that took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.collect()  # so that the imports no longer count as what a full collection must be worth
    # What is still frozen at the exit is never freed, of which triton complains on 30 lines.
    atexit.register(gc.unfreeze)
    # Cycles that outlive a young collection wait for an older one. Little is that old, so those cost next to
    # nothing; where they were rarer, thousands of requests grew the heap by a tenth.
    gc.set_threshold(20_000, 5, 2)


def _share_the_heap() -> None:
    """Have all threads take memory from one heap, where that is glibc's and the user says nothing else.

    By itself it gives each thread a heap of its own. What one thread makes another frees, so that they grow
    for thousands of requests and stay half empty: a tenth of the process in the end.
    """
    if "MALLOC_ARENA_MAX" in os.environ or "arena_max" in os.environ.get("GLIBC_TUNABLES", ""):
        return
    with suppress(AttributeError):  # another C library has no such setting
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _allow_many_files() -> None:
    """Raise the soft limit of open files: each sample in flight keeps one open, each request a socket."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384 if hard == resource.RLIM_INFINITY else min(16_384, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
