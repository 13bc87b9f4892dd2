"""Runs from Python: start one, go on with it, and read its rows, in a few lines.

    import irloom

    run = irloom.start(irloom.InfraredConfig(images="photos", captions="captions.json"), "runs/a")
    print(run.summary.outcomes)
    for pair in run.rows("pairs"):
        print(pair["caption"])

The command line does no more than this; a run that one began the other can go on with.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.config import RunConfig
from irloom.engine.directory import RunDirectory
from irloom.engine.reader import iterate_rows, list_row_files, read_sample
from irloom.engine.summary import Summary, summarise
from irloom.errors import ConfigError, RunDirError
from irloom.pipelines.conditions import ResumeOptions, read_config
from irloom.pipelines.run import Listener, OpenRun, carry_on, new_run, old_run

Report = Callable[[Mapping[str, Any]], None]
Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Run:
    """A run directory to read from, in progress or not."""

    root: Path

    @property
    def config(self) -> RunConfig:
        """What it was asked to do."""
        return read_config(RunDirectory.open(self.root))

    @property
    def summary(self) -> Summary:
        """Counts, from its commit lines."""
        return summarise(self.root)

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Committed rows of a data file, such as `pairs`; RunDirError where the flow has no such file."""
        names = list_row_files(self.root)
        if name not in names:
            raise RunDirError(f"{self.root} has no rows {name!r}: it has {', '.join(names)}.")
        return iterate_rows(self.root, name)

    def sample(self, sample: str) -> dict[str, Any]:
        """One sample: its commit, its rows by file, its transcript; RunDirError for an unknown one."""
        return read_sample(self.root, sample)


def open(root: str | Path) -> Run:
    """A run that exists; RunDirError where there is none."""
    RunDirectory.open(Path(root))
    return Run(Path(root))


def start(
    config: RunConfig, out: str | Path, report: Report | None = None, notify: Notify | None = None
) -> Run:
    """Start a run in a new folder and carry it through; raises UserError, or StopRun where it must stop.

    `report` gets every commit, `notify` messages such as that the endpoint is down. Interrupt it as you
    like: `resume` goes on. Inside an event loop (a notebook), await `start_async` instead.
    """
    _refuse_running_loop("start_async")
    heard = _listener(report, notify)
    with new_run(Path(out), config.with_absolute_paths(), heard.notify) as opened:
        asyncio.run(carry_on(opened, heard))
    return Run(Path(out))


def resume(
    out: str | Path,
    *,
    settings: Mapping[str, Any] | None = None,
    retry: Sequence[str] | None = None,
    refresh: bool = False,
    accept_changes: bool = False,
    drop_damaged: bool = False,
    report: Report | None = None,
    notify: Notify | None = None,
) -> Run:
    """Go on with a run; what was answered is not paid again.

    `settings` stand in place of the run's own; `retry=()` tries all failed samples again, `retry=("judge",)`
    those that failed there. `refresh` does those again that were done before the rules changed.
    `drop_damaged` goes on without what is damaged or missing, and rebuilds what can be.
    """
    _refuse_running_loop("resume_async")
    options = _options(settings, retry, refresh, accept_changes, drop_damaged)
    heard = _listener(report, notify)
    with old_run(Path(out), options, heard.notify) as opened:
        asyncio.run(carry_on(opened, heard))
    return Run(Path(out))


async def start_async(
    config: RunConfig, out: str | Path, report: Report | None = None, notify: Notify | None = None
) -> Run:
    """As `start`, inside an event loop that runs already."""
    heard = _listener(report, notify)
    return await _carry_on(new_run(Path(out), config.with_absolute_paths(), heard.notify), Path(out), heard)


async def resume_async(
    out: str | Path,
    *,
    settings: Mapping[str, Any] | None = None,
    retry: Sequence[str] | None = None,
    refresh: bool = False,
    accept_changes: bool = False,
    drop_damaged: bool = False,
    report: Report | None = None,
    notify: Notify | None = None,
) -> Run:
    """As `resume`, inside an event loop that runs already."""
    options = _options(settings, retry, refresh, accept_changes, drop_damaged)
    heard = _listener(report, notify)
    return await _carry_on(old_run(Path(out), options, heard.notify), Path(out), heard)


async def _carry_on(opening: AbstractContextManager[OpenRun], out: Path, heard: Listener) -> Run:
    """Open a run in a thread, since hashing its inputs blocks, and carry it on in this event loop."""
    opened = await asyncio.to_thread(opening.__enter__)
    with ExitStack() as held:
        held.push(opening)
        await carry_on(opened, heard)
    return Run(out)


def _refuse_running_loop(instead: str) -> None:
    """Say what to call inside an event loop, which cannot start another."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise ConfigError(f"an event loop runs already, as in a notebook: await irloom.{instead} instead.")


def _options(
    settings: Mapping[str, Any] | None,
    retry: Sequence[str] | None,
    refresh: bool,
    accept_changes: bool,
    drop_damaged: bool,
) -> ResumeOptions:
    if isinstance(retry, str):
        raise ConfigError(f"retry = {retry!r}: give () for all, or a tuple of stages, such as ({retry!r},).")
    return ResumeOptions(
        settings=settings or {},
        retry=None if retry is None else tuple(retry),
        refresh=refresh,
        accept_changes=accept_changes,
        drop_damaged=drop_damaged,
    )


def _listener(report: Report | None, notify: Notify | None) -> Listener:
    silent = Listener()
    return Listener(report or silent.report, notify or silent.notify)
