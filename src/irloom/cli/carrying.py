"""Runs a run in the foreground: progress, signals, and the closing summary."""

import asyncio
import os
import resource
import shlex
import signal
from pathlib import Path

from irloom.cli.closing import describe_ending
from irloom.cli.progress import Progress, indexing_reporter
from irloom.cli.terminal import say, show
from irloom.errors import EXIT_DONE, EXIT_INTERRUPTED, EXIT_SOME_FAILED, EXIT_TERMINATED
from irloom.pipelines.running import Listener, ResumeOptions, carry_on
from irloom.runs.summary import summarise

_CODES = {signal.SIGINT: EXIT_INTERRUPTED, signal.SIGTERM: EXIT_TERMINATED}


def carry_on_visibly(out: Path, options: ResumeOptions, quiet: bool) -> int:
    """Carry on, show how it goes, and return the exit code."""
    _allow_many_files()
    caught = asyncio.run(_watch(out, options, quiet))
    summary = summarise(out)
    show(describe_ending(out, summary, stopped=caught is not None))
    if caught is not None:
        say(f"Stopped on purpose. To go on: irloom resume {shlex.quote(str(out))}")
        return _CODES[caught]
    return EXIT_SOME_FAILED if summary.outcomes["failed"] else EXIT_DONE


async def _watch(out: Path, options: ResumeOptions, quiet: bool) -> signal.Signals | None:
    """Carry on until done, or until a signal; the first lets paid calls come back, a second does not."""
    caught: list[signal.Signals] = []
    with Progress(out, quiet) as progress:
        listener = Listener(progress.report, say, indexing_reporter(quiet))
        work = asyncio.create_task(carry_on(out, options, listener))

        def stop(number: signal.Signals) -> None:
            if caught:
                say(f"Stopped at once. To go on: irloom resume {shlex.quote(str(out))}")
                os._exit(_CODES[number])
            caught.append(number)
            say("Stopping: waiting for replies that are on their way. Once more to stop at once.")
            work.cancel()

        loop = asyncio.get_running_loop()
        for number in _CODES:
            loop.add_signal_handler(number, stop, number)
        try:
            await work
        except asyncio.CancelledError:
            if not caught:
                raise
    return caught[0] if caught else None


def _allow_many_files() -> None:
    """Raise the soft limit of open files: each sample in flight keeps one open, each request a socket."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384 if hard == resource.RLIM_INFINITY else min(16_384, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
