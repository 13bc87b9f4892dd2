"""Starts and resumes runs of any flow: joins it with its source, backends and run directory."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from irloom.config import RunConfig
from irloom.engine.commits import CommitLog, now
from irloom.engine.committer import Committer
from irloom.engine.directory import RunDirectory, make_folder, refuse_used
from irloom.engine.fingerprint import name_changes
from irloom.engine.journal import Segment, unsettled_usage
from irloom.engine.lock import RunLock
from irloom.engine.models import Folders
from irloom.engine.rulebook import RuleBook
from irloom.engine.scheduler import Quota, Scheduler, choose_retries
from irloom.engine.spending import Spending, SpendingFile
from irloom.engine.storage import read_lines, storing
from irloom.errors import ConfigError, RunDirError
from irloom.flows import AnyConfig, CirConfig, ImgcoderConfig, InfraredConfig
from irloom.pipelines.cir.inputs import load_cir, pin_editor
from irloom.pipelines.flow import Indexing, Job, Notify
from irloom.pipelines.imgcoder.inputs import load_figures
from irloom.pipelines.infrared.inputs import load_infrared, pin_models
from irloom.protocols import Usage
from irloom.records import Stage


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear how a run goes."""

    report: Callable[[Mapping[str, Any]], None] = lambda event: None
    """Gets every commit."""
    notify: Notify = lambda message: None
    """Gets messages, such as that the endpoint is down."""


@dataclass(frozen=True, slots=True)
class ResumeOptions:
    """What `resume` may ask for."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings in place of the run's own."""
    retry: tuple[Stage, ...] | None = None
    accept_changes: bool = False
    take_over: bool = False


def create_run(out: Path, config: AnyConfig, indexing: Indexing | None = None) -> None:
    """Create a run directory; RunDirError if there is one, ConfigError where the inputs do not fit."""
    refuse_used(out)
    if config.reuse is not None and not is_reusable(config.reuse):
        raise ConfigError(f"--reuse {config.reuse} holds no run (no commits.jsonl, or no transcripts.jsonl).")
    if config.reuse is not None and (flow := RunDirectory.open(config.reuse).about["flow"]) != config.flow:
        raise ConfigError(
            f"--reuse {config.reuse} is a run of {flow!r}: its calls are none of {config.flow!r}."
        )
    config = _pin(config)
    job = load_job(config, indexing)
    with closing(job.source):
        asyncio.run(_try_backends(job))
        make_folder(out)
        lock = RunLock(out)
        lock.acquire()
        try:
            refuse_used(out)
            RunDirectory.create(out, config, job.fingerprint, job.rules, job.prompts.texts, job.source.counts)
        finally:
            lock.release()


def _pin(config: AnyConfig) -> AnyConfig:
    """The same with the commits of models on the hub."""
    match config:
        case InfraredConfig():
            return pin_models(config)
        case CirConfig():
            return pin_editor(config)
        case ImgcoderConfig():
            return config


def load_job(config: AnyConfig, indexing: Indexing | None = None) -> Job:
    """Read and digest what a flow needs. Raises ConfigError."""
    match config:
        case InfraredConfig():
            return load_infrared(config, indexing)
        case ImgcoderConfig():
            return load_figures(config)
        case CirConfig():
            return load_cir(config, indexing)


def is_reusable(root: Path) -> bool:
    """Whether a folder holds a run whose calls can be taken."""
    return all((root / name).is_file() for name in ("commits.jsonl", "transcripts.jsonl"))


async def _try_backends(job: Job) -> None:
    """Build every backend once, so that a wrong setting is found before there is a run."""
    spending = Spending(job.config.budget, Usage())
    work = await job.build({}, lambda name, value: None, spending, Listener().notify)
    await work.models.close()


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that this process owns, read and mended, ready to go on."""

    run: RunDirectory
    job: Job
    log: CommitLog
    lock: RunLock
    retry: tuple[Stage, ...] | None

    def count_samples(self) -> tuple[int, int]:
        """How many the run has with those still to come, and how many of them are still to be done."""
        state, samples = self.log.state, len(self.job.source)
        seen = len(state.done.keys() | state.open.keys())
        new = max(min(samples, self.job.config.limit or samples) - seen, 0)
        return seen + new, len(state.open) + len(choose_retries(self.log, self.retry)) + new


@contextmanager
def open_run(
    out: Path, options: ResumeOptions, notify: Notify, indexing: Indexing | None = None
) -> Iterator[OpenRun]:
    """Take a run for this process, read its inputs and mend its files; UserError where it cannot go on.

    All of it blocks, so that a signal is heard at once, which an event loop could not do meanwhile.
    """
    RunDirectory.open(out)  # says that there is no run, before anything is written there
    lock = RunLock(out, notify)
    lock.acquire(options.take_over)
    try:
        with lock.beating():
            run = RunDirectory.open(out)
            config = _resolve_config(run, options, notify)
            job = load_job(config, indexing)
            with closing(job.source), closing(CommitLog(out, config.flow)) as log:
                log.recover()
                Segment.sweep(run.journal, ((one.sample, one.attempt) for one in log.state.open.values()))
                _check_fingerprint(run, job, log, options.accept_changes, notify)
                yield OpenRun(run, job, log, lock, options.retry)
    finally:
        lock.release()


def _resolve_config(run: RunDirectory, options: ResumeOptions, notify: Notify) -> AnyConfig:
    config = run.config.changed_by(options.settings).with_absolute_paths()
    if config.reuse is not None and not is_reusable(config.reuse):
        notify(f"{config.reuse} is gone: its calls are no longer reused.")
        config = config.model_copy(update={"reuse": None})
    return config


async def carry_on(opened: OpenRun, listener: Listener) -> None:
    """Run what is left of a run; raises StopRun where it must stop."""
    run, log, job = opened.run, opened.log, opened.job
    with storing(str(run.images)):
        run.images.mkdir(exist_ok=True)
    book = RuleBook(line for _, line in read_lines(run.root / "rules.jsonl"))
    spent = log.state.usage + unsettled_usage(run.journal)
    spending = Spending(job.config.budget, spent, SpendingFile(run.root / "spending.json"))
    try:
        work = await job.build(run.learnt, run.learn, spending, listener.notify)
        run.remember(work.about)
        try:
            committer = Committer(log, book, listener.report, opened.lock.check)
            folders = Folders(run.root, job.images, job.config.reuse)
            scheduler = Scheduler(
                run, log, book, committer, job.source, work, folders, _quota(job), opened.retry
            )
            await scheduler.run()
        finally:
            await work.models.close()
    finally:
        spending.close()


def _check_fingerprint(run: RunDirectory, job: Job, log: CommitLog, accept: bool, notify: Notify) -> None:
    """Refuse other conditions once something was made under the first ones."""
    changes = name_changes(run.about["fingerprint"], job.fingerprint)
    if not changes:
        return
    listed = "\n  ".join(changes)
    if not accept and log.state.done:
        raise RunDirError(
            f"{run.root} was started under other conditions:\n  {listed}\n"
            "Put them back, start a new run with another --out, or go on with --accept-changes."
        )
    paid = unsettled_usage(run.journal).requests
    kept = (
        f" {paid:,} requests were paid for samples that are not finished: their answers are kept, and used "
        "where the same is asked; what is asked otherwise now is paid again."
    )
    notify(f"Going on under other conditions:\n  {listed}{kept if paid else ''}")
    log.note({"event": "accept_changes", "changes": changes, "time": now()})
    run.keep_prompts(job.prompts.texts)
    run.accept(job.fingerprint, job.config)


def _quota(job: Job) -> Quota:
    config: RunConfig = job.config
    return Quota(
        concurrency=config.concurrency,
        limit=config.limit,
        accepted=config.accepted,
        per_sample=job.per_sample,
        max_failures=config.max_failures,
        max_rules=job.max_rules,
        seed=config.seed,
    )
