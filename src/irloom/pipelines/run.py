"""Starts and resumes runs of any flow: joins it with its inputs, its backends and a run directory.

A run is prepared once: a new one is on disk only after its backends were built, and goes on with them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import irloom
from irloom.config import RunConfig
from irloom.engine.commits import CommitLog
from irloom.engine.committer import Committer
from irloom.engine.directory import RunDirectory, make_folder, refuse_used
from irloom.engine.fingerprint import fingerprint
from irloom.engine.journal import Segment, Turn, unsettled_usage
from irloom.engine.lock import RunLock
from irloom.engine.log import LOG, NOTE
from irloom.engine.models import Folders
from irloom.engine.odd_files import refuse_odd_files
from irloom.engine.repair import drop_damaged, finish_mending
from irloom.engine.rulebook import RuleBook
from irloom.engine.scheduler import Carry, Quota, Scheduler, Work, choose_retries, choose_stale
from irloom.engine.session import Session
from irloom.engine.spending import Spending, SpendingFile
from irloom.engine.state import Admission
from irloom.engine.storage import read_lines, storing
from irloom.engine.survey import survey_run
from irloom.engine.texts import Texts
from irloom.engine.turns import sort_key
from irloom.errors import ConfigError, DamageError, StorageError
from irloom.pipelines.conditions import (
    Prepared,
    ResumeOptions,
    check_fingerprint,
    check_reuse,
    check_stages,
    choose_texts,
    refuse_run,
    resolve_config,
)
from irloom.pipelines.flow import Crew, Flow, Indexing, Notify
from irloom.pipelines.guarding import sign_config
from irloom.pipelines.outdated import find_outdated
from irloom.pipelines.places import refuse_entangled
from irloom.pipelines.provenance import Provenance
from irloom.pipelines.registry import find_flow
from irloom.pipelines.workbench import Workbench
from irloom.protocols import Usage
from irloom.records import SampleResult


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear how a run goes."""

    report: Callable[[Mapping[str, Any]], None] = lambda event: None
    """Gets every commit."""
    notify: Notify = lambda message: None
    """Gets messages, such as that the endpoint is down."""


class OpenRun:
    """A run that is this process's: an old one read and repaired, a new one not on disk before `begin`."""

    def __init__(self, root: Path, prepared: Prepared, notify: Notify, held: ExitStack) -> None:
        self.root = root
        self.prepared = prepared
        self.retry: tuple[str, ...] | None = None
        self.refresh = False
        self.outdated: Sequence[str] = ()
        """Samples for which something else is to be done now than when they were committed."""
        self.run: RunDirectory | None = None
        self._notify = notify
        self._held = held
        self._learnt: dict[str, Any] = {}

    def attach(self, run: RunDirectory, lock: RunLock, log: CommitLog) -> None:
        """Take what an old run has on disk."""
        self.run, self.lock, self.log = run, lock, log

    def begin(self) -> None:
        """Put a new run on disk; RunDirError where another process was quicker."""
        if self.run is not None:
            return
        flow, root = self.prepared.flow, self.root
        make_folder(root)
        lock = RunLock(root, self._notify)
        lock.acquire()
        self._held.callback(lock.release)
        self._held.enter_context(lock.beating())
        refuse_used(root, flow.files)
        inputs, texts = self.prepared.inputs, self.prepared.texts
        run = RunDirectory.create(
            root,
            self.prepared.config,
            self.prepared.fingerprint,
            flow.files,
            inputs.rules,
            texts.used,
            inputs.source.counts,
            sign_config(self.prepared.config),
        )
        log = self._held.enter_context(closing(CommitLog(root, flow.files)))
        log.recover()
        self.attach(run, lock, log)
        for name, value in self._learnt.items():
            run.learn(name, value)

    @property
    def learnt(self) -> Mapping[str, Any]:
        """What is known of the endpoints."""
        return self.run.learnt if self.run is not None else self._learnt

    def learn(self, name: str, value: Any) -> None:
        """Keep what an endpoint taught, before anything relies on it."""
        if self.run is not None:
            self.run.learn(name, value)
        else:
            self._learnt[name] = value

    def count_spent(self) -> Usage:
        """What commits and journal say was paid."""
        if self.run is None:
            return Usage()
        return self.log.state.usage + unsettled_usage(self.run.journal)

    def count_samples(self) -> tuple[int, int]:
        """How many the run has with those still to come, and how many of them are still to be done."""
        samples, limit = len(self.prepared.inputs.source), self.prepared.config.limit
        wanted = min(samples, limit or samples)
        if self.run is None:
            return wanted, wanted
        state = self.log.state
        seen = len(state.done) + sum(one not in state.done for one in state.open)
        new = max(wanted - seen, 0)
        again = len(choose_retries(self.log, self.retry)) + len(self.list_stale())
        return seen + new, len(state.open) + again + new

    def list_stale(self) -> list[str]:
        """The samples that are to be done again although they did not fail, or not as a retry.

        As the rules have changed, if that is asked for, or as something else is to be done for them now.
        """
        stale = choose_stale(self.log, read_book(self.root, self.prepared)) if self.refresh else []
        retried = set(choose_retries(self.log, self.retry))
        return [one for one in dict.fromkeys([*self.outdated, *stale]) if one not in retried]


@contextmanager
def new_run(
    out: Path, config: RunConfig, notify: Notify, indexing: Indexing | None = None
) -> Iterator[OpenRun]:
    """Prepare a new run, of which nothing is on disk before `carry_on` has built its backends.

    RunDirError where there is a run already, ConfigError where the inputs do not fit.
    """
    flow = find_flow(config.flow)
    refuse_run(out, flow)
    refuse_entangled(out, getattr(config, "images", None) or getattr(config, "root", None))
    refuse_used(out, flow.files)
    check_reuse(config)
    prepared = prepare(flow, flow.pin(config), Texts(), indexing)
    with closing(prepared.inputs.source), ExitStack() as held:
        yield OpenRun(out, prepared, notify, held)


@contextmanager
def old_run(
    out: Path, options: ResumeOptions, notify: Notify, indexing: Indexing | None = None
) -> Iterator[OpenRun]:
    """Take a run for this process, read its inputs and repair its files; UserError where it cannot go on.

    All of it blocks, so that a signal is heard at once, which an event loop could not do meanwhile.
    """
    flow = find_flow(RunDirectory.open(out).flow)  # refuses before anything is written there
    refuse_odd_files(out, pictures=True)
    check_stages(flow, options.retry)
    if options.refresh and flow.rules is None:
        raise ConfigError(f"the flow {flow.name!r} learns no rules, so that there is nothing to refresh.")
    with ExitStack() as held:
        lock = RunLock(out, notify)
        lock.acquire(options.take_over)
        held.callback(lock.release)
        held.enter_context(lock.beating())
        finish_mending(out)
        if options.drop_damaged:
            for said in drop_damaged(out, flow.files):
                notify(said)
        run = RunDirectory.open(out)
        if run.edited:
            notify(run.edited)
        config = resolve_config(run, flow, options, notify)
        prepared = prepare(flow, config, choose_texts(run, flow, options), indexing)
        held.enter_context(closing(prepared.inputs.source))
        log = held.enter_context(_recover(out, run, flow, notify))
        Segment.sweep(run.journal, ((one.sample, one.attempt) for one in log.state.open.values()))
        check_fingerprint(run, prepared, log, options.accept_changes, notify)
        _begin_sums(run, log, notify)
        if options.drop_damaged:
            run.keep_texts(prepared.texts.used)
        opened = OpenRun(out, prepared, notify, held)
        opened.attach(run, lock, log)
        opened.retry, opened.refresh = options.retry, options.refresh
        opened.outdated = find_outdated(flow, config, prepared.inputs.source, log, notify)
        yield opened


@contextmanager
def _recover(out: Path, run: RunDirectory, flow: Flow[Any], notify: Notify) -> Iterator[CommitLog]:
    """The log of a run that is whole; DamageError says what `--drop-damaged` would come to."""
    with ExitStack() as held:
        try:
            log = held.enter_context(closing(CommitLog(out)))
            log.recover()
            if run.journal.is_dir():  # a copy may have lost it
                unsettled_usage(run.journal)
        except DamageError as error:
            found = "".join(f"\n  {said}" for said in survey_run(out, flow.files).tell())
            raise DamageError(f"{error}{f'. Then there are:{found}' if found else ''}") from error
        if log.saved:
            notify(
                f"The last lines of {out / LOG} are gone: {len(log.saved):,} samples, such as "
                f"{log.saved[0]}, are made again from their transcripts, without a request."
            )
        yield log


def _begin_sums(run: RunDirectory, log: CommitLog, notify: Notify) -> None:
    """Note how the log stands; an earlier irloom's, from where on its lines carry sums."""
    if log.unsealed and NOTE not in run.about:
        notify(
            f"{log.unsealed:,} lines of {run.root / LOG} carry no sum, as an earlier irloom wrote them: they "
            "are read unverified. From here on each line has one."
        )
    run.note_log(log.noted)


def prepare(flow: Flow[Any], config: RunConfig, texts: Texts, indexing: Indexing | None = None) -> Prepared:
    """Read and digest what a flow needs. Raises ConfigError."""
    inputs = flow.load(config, texts, indexing)
    digests = {**inputs.source.digests, **texts.digests, **inputs.digests}
    return Prepared(flow, config, inputs, texts, fingerprint(config, digests, flow.revision))


async def carry_on(opened: OpenRun, listener: Listener) -> Sequence[str]:
    """Run what is left of a run, then the flow's pass over all of it; returns what that says.

    Raises StopRun where it must stop; then the pass waits for the resume that ends the run.
    """
    prepared = opened.prepared
    spending = Spending(prepared.config.budget, opened.count_spent())
    bench = Workbench(
        prepared.config, prepared.fingerprint, opened.learnt, opened.learn, spending, listener.notify
    )
    try:
        for notice in prepared.inputs.source.notices:
            listener.notify(notice)
        crew = await prepared.flow.build(prepared.config, prepared.inputs, bench)
        models = bench.models
        opened.begin()
        assert opened.run is not None
        opened.run.remember(crew.about)
        spending.keep_in(SpendingFile(opened.root / "spending.json"))
        work = Work(_carry(prepared, crew), models, _order(prepared.flow))
        await _schedule(opened, work, listener)
    finally:
        await bench.close()
        spending.close()
    return prepared.flow.finish(opened.root, listener.notify) if prepared.flow.finish else ()


async def _schedule(opened: OpenRun, work: Work, listener: Listener) -> None:
    run, prepared = opened.run, opened.prepared
    assert run is not None
    with storing(str(run.images)):
        run.images.mkdir(exist_ok=True)
    book = read_book(run.root, prepared)
    committer = Committer(opened.log, book, listener.report, opened.lock.check)
    folders = Folders(run.root, prepared.inputs.images, prepared.config.reuse)
    quota, source = _quota(prepared), prepared.inputs.source
    again = (opened.retry, opened.refresh, opened.outdated)
    scheduler = Scheduler(run, opened.log, book, committer, source, work, folders, quota, *again)
    try:
        await scheduler.run()
    finally:
        with suppress(StorageError):  # the disk may be what stopped the run
            run.note_log(opened.log.noted)


def read_book(root: Path, prepared: Prepared) -> RuleBook:
    """The rules of a run, which knows what its flow can tell of them."""
    rules = prepared.flow.rules
    lines = (line for _, line in read_lines(root / "rules.jsonl"))
    return RuleBook(lines, rules.covers(prepared.inputs)) if rules is not None else RuleBook(lines)


def _carry(prepared: Prepared, crew: Crew) -> Carry:
    """What takes a sample through the flow's graph to its rows."""
    flow, config = prepared.flow, prepared.config
    graph = flow.graph().compile()
    digests = prepared.inputs.prompts.digests
    provenance = Provenance(
        irloom=irloom.__version__,
        seed=config.seed,
        models=crew.names,
        prompts={part: (name, digests[name]) for part, name in crew.prompts.items()},
    )

    async def carry(
        sample: Any, admission: Admission, rules: tuple[str, ...], session: Session
    ) -> SampleResult:
        state = flow.begin(sample, rules)
        if sample.fault is None:
            context = crew.context(session, sample)
            output = await graph.ainvoke(state, context=context, version="v2")
            state = output.value
        of = provenance.of(sample.id, admission.attempt, admission.rules, session.turns)
        return flow.rows(sample, state, config, of)

    return carry


def _order(flow: Flow[Any]) -> Callable[[Turn], Any]:
    return lambda turn: sort_key(turn, flow.stages, flow.tasks)


def _quota(prepared: Prepared) -> Quota:
    flow, config = prepared.flow, prepared.config
    return Quota(
        concurrency=config.concurrency,
        limit=config.limit,
        accepted=config.accepted,
        per_sample=flow.per_sample(config),
        counts=flow.counts,
        max_failures=config.max_failures,
        max_rules=flow.rules.most(config) if flow.rules is not None else 0,
        seed=config.seed,
    )
