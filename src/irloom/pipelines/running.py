"""Starts and resumes infrared runs: joins the flow with its source, backends and run directory."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from irloom.config import RunConfig
from irloom.errors import RunDirError
from irloom.pipelines.assembling import (
    Indexing,
    Inputs,
    build_models,
    describe_provenance,
    is_reusable,
    load_inputs,
)
from irloom.pipelines.infrared import InfraredFlow
from irloom.ports import Usage
from irloom.records import Stage
from irloom.runs.commits import CommitLog, now
from irloom.runs.committer import Committer
from irloom.runs.directory import RunDirectory, make_folder, refuse_used
from irloom.runs.fingerprint import name_changes
from irloom.runs.journal import Segment, unsettled_usage
from irloom.runs.lock import RunLock
from irloom.runs.models import Folders
from irloom.runs.rulebook import RuleBook
from irloom.runs.scheduler import Quota, Scheduler
from irloom.runs.storage import read_lines


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear how a run goes."""

    report: Callable[[Mapping[str, Any]], None] = lambda event: None
    """Gets every commit."""
    notify: Callable[[str], None] = lambda message: None
    """Gets messages, such as that the endpoint is down."""
    indexing: Indexing | None = None


@dataclass(frozen=True, slots=True)
class ResumeOptions:
    """What `resume` may ask for."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings in place of the run's own."""
    retry: tuple[Stage, ...] | None = None
    accept_changes: bool = False
    take_over: bool = False


def create_run(out: Path, config: RunConfig, indexing: Indexing | None = None) -> None:
    """Create a run directory; RunDirError if there is one, ConfigError where the inputs do not fit."""
    refuse_used(out)
    inputs = load_inputs(config, indexing)
    asyncio.run(_try_models(inputs))
    make_folder(out)
    lock = RunLock(out)
    lock.acquire()
    try:
        refuse_used(out)
        RunDirectory.create(
            out, config, inputs.fingerprint, inputs.rules, inputs.prompts.texts, inputs.source.counts
        )
    finally:
        inputs.source.close()
        lock.release()


async def _try_models(inputs: Inputs) -> None:
    """Build every backend once, so that a wrong setting is found before there is a run."""
    await build_models(inputs, {}, lambda name, value: None, Usage(), Listener().notify).close()


async def carry_on(out: Path, options: ResumeOptions, listener: Listener) -> None:
    """Run what is left of a run; raises StopRun where it must stop, UserError where it cannot go on."""
    run = RunDirectory.open(out)
    lock = RunLock(out)
    lock.acquire(options.take_over)
    beating = asyncio.create_task(lock.keep_beating())
    try:
        await _carry_on_locked(run, options, listener)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        lock.release()


async def _carry_on_locked(run: RunDirectory, options: ResumeOptions, listener: Listener) -> None:
    run = RunDirectory.open(run.root)
    config = run.config.changed_by(options.settings).with_absolute_paths()
    if config.reuse is not None and not is_reusable(config.reuse):
        listener.notify(f"{config.reuse} is gone: its calls are no longer reused.")
        config = config.model_copy(update={"reuse": None})
    inputs = load_inputs(config, listener.indexing)
    log = CommitLog(run.root)
    try:
        log.recover()
        _check_fingerprint(run, inputs, log, options.accept_changes)
        run.images.mkdir(exist_ok=True)
        Segment.sweep(run.journal, ((one.sample, one.attempt) for one in log.state.open.values()))
        book = RuleBook(line for _, line in read_lines(run.root / "rules.jsonl"))
        spent = log.state.usage + unsettled_usage(run.journal)
        models = build_models(inputs, run.learnt, run.learn, spent, listener.notify)
        try:
            scheduler = Scheduler(
                run,
                log,
                book,
                Committer(log, book, listener.report),
                inputs.source,
                InfraredFlow(config, inputs.prompts, inputs.lexicon, describe_provenance(inputs, models)),
                models,
                Folders(run.root, config.images, config.reuse),
                _quota(config),
                options.retry,
            )
            await scheduler.run()
        finally:
            await models.close()
    finally:
        log.close()
        inputs.source.close()


def _check_fingerprint(run: RunDirectory, inputs: Inputs, log: CommitLog, accept: bool) -> None:
    """Refuse other conditions once something was made under the first ones."""
    changes = name_changes(run.about["fingerprint"], inputs.fingerprint)
    if not changes:
        return
    listed = "\n  ".join(changes)
    if not accept and log.state.done:
        raise RunDirError(
            f"{run.root} was started under other conditions:\n  {listed}\n"
            "Put them back, start a new run with another --out, or go on with --accept-changes."
        )
    log.note({"event": "accept_changes", "changes": changes, "time": now()})
    run.keep_prompts(inputs.prompts.texts)
    run.accept(inputs.fingerprint, inputs.config)


def _quota(config: RunConfig) -> Quota:
    return Quota(
        concurrency=config.concurrency,
        limit=config.limit,
        accepted=config.accepted,
        per_sample=max(1, len(config.tasks)),
        max_failures=config.max_failures,
        max_rules=config.max_rules,
        seed=config.seed,
    )
