"""Admits samples in order, runs a bounded number at a time, and has them committed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal, Protocol

from irloom.engine.commits import CommitLog
from irloom.engine.committer import Committer, Ending
from irloom.engine.directory import RunDirectory
from irloom.engine.journal import Segment, Spares
from irloom.engine.models import Folders, Models
from irloom.engine.reader import earlier_turns, locate
from irloom.engine.rulebook import RuleBook
from irloom.engine.session import Order, Reusable, Session, Unit
from irloom.engine.spans import Span
from irloom.engine.state import Admission
from irloom.errors import RunDirError, TooManyFailures
from irloom.records import SampleResult

Carry = Callable[[Any, Admission, tuple[str, ...], Session], Awaitable[SampleResult]]
"""Takes a sample, its admission, the rules that stand and its session to its rows."""

ENOUGH_DONE = 50
"""A share of failures is not looked at before so many samples are done."""
GRACE_S = 30.0
"""How long calls in flight may still come back after a stop: they are paid."""


class Source(Protocol):
    """Where samples come from, in a stable order."""

    def list_ids(self) -> Iterator[str]:
        """Every id, without making its sample."""
        ...

    def get(self, sample_id: str) -> Unit | None:
        """One sample by its id."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """A flow over the backends of a run."""

    carry: Carry
    models: Models
    order: Order
    """Sorts the turns of a sample as the flow runs."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How much is wanted of this invocation."""

    concurrency: int
    limit: int | None = None
    """Only the first so many samples of the source."""
    accepted: int | None = None
    """Stop when so many of what is counted are accepted."""
    per_sample: int = 1
    """The most that one sample can add to what is counted."""
    counts: Literal["tasks", "samples"] = "tasks"
    """What `accepted` counts."""
    max_failures: float | None = None
    """Stop when more samples failed: a share below 1, else a number."""
    max_rules: int = 40
    seed: int = 0


class Scheduler:
    """Runs a flow over a source into a run directory; what is admitted is always finished first."""

    def __init__(
        self,
        run: RunDirectory,
        log: CommitLog,
        book: RuleBook,
        committer: Committer,
        source: Source,
        work: Work,
        folders: Folders,
        quota: Quota,
        retry: tuple[str, ...] | None = None,
        refresh: bool = False,
        outdated: Sequence[str] = (),
    ) -> None:
        """Take a run on; `outdated` are committed samples that are to be done again, otherwise."""
        self._run = run
        self._log = log
        self._book = book
        self._committer = committer
        self._source = source
        self._work = work
        self._folders = folders
        self._quota = quota
        self._spares = Spares(run.journal)
        self._in_flight = 0
        self._changed = asyncio.Condition()
        self._retry = choose_retries(log, retry)
        owed_again = (one.sample for one in log.state.open.values() if one.attempt > 1)
        again = {*self._retry, *outdated, *owed_again}
        self._spans: dict[str, list[Span]] = locate(run.root, again) if again else {}
        self._reusable = locate(folders.reuse, None) if folders.reuse is not None else {}
        self._owed = iter(list(log.state.open.values()))
        self._retries = iter(self._retry)
        self._to_retry = set(self._retry)
        self._outdated = iter([one for one in outdated if one not in self._to_retry])
        self._fresh = self._unseen()
        self._refresh = refresh
        self._stale: Iterator[str] | None = None
        """Samples to do again under other rules, once all others are done and the rules change no more."""

    async def run(self) -> None:
        """Work until nothing is left or the target is met; raises the first StopRun or bug."""
        workers = [asyncio.create_task(self._run_samples()) for _ in range(self._quota.concurrency)]
        try:
            done, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
            for worker in done:
                worker.result()
        finally:
            await _through_one_cancel(self._end(workers))

    async def _end(self, workers: list[asyncio.Task[None]]) -> None:
        """Start nothing more, let paid calls come back, commit what is ready."""
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self._work.models.hold()
        await self._work.models.sends.drain(GRACE_S)
        await self._committer.close()
        self._spares.remove()
        if (lost := self._work.models.sends.unwritten) is not None:
            raise lost  # a paid reply, which a stop on purpose must not hide

    async def _run_samples(self) -> None:
        while (taken := await self._take()) is not None:
            admission, sample = taken
            self._in_flight += 1
            try:
                await self._finish(admission, sample)
                self._to_retry.discard(sample.id)
            finally:
                self._in_flight -= 1
            self._stop_if_hopeless()
            async with self._changed:
                self._changed.notify_all()

    async def _finish(self, admission: Admission, sample: Unit) -> None:
        segment = Segment(self._run.journal, sample.id, admission.attempt, self._spares)
        try:
            earlier = (
                earlier_turns(self._run.root, self._spans.get(sample.id, ())) if admission.attempt > 1 else {}
            )
            reusable = self._find_reusable(sample.id)
            session = Session(
                sample.id,
                admission,
                self._quota.seed,
                self._folders,
                self._work.models,
                segment,
                self._work.order,
                earlier,
                reusable,
            )
            rules = self._book.standing(self._quota.max_rules, admission.rules)
            result = await self._work.carry(sample, admission, rules, session)
            await self._committer.commit(Ending(admission, result, session.turns, session.usage, segment))
        finally:
            segment.close()

    def _find_reusable(self, sample: str) -> Reusable | None:
        """What the run that is reused has of a sample, read by offset."""
        spans = self._reusable.get(sample)
        if spans is None or self._folders.reuse is None:
            return None
        return Reusable(earlier_turns(self._folders.reuse, spans), len(spans))

    async def _take(self) -> tuple[Admission, Unit] | None:
        """The next sample: owed, again, new, then stale; new ones wait where the target is near."""
        for admission in self._owed:
            return self._current(admission), self._find(admission.sample)
        for sample in self._retries:
            before, found = self._log.state.done[sample], self._source.get(sample)
            if found is None:
                continue  # it left what is read, as a box that turned out to frame nothing: its rows stay
            if found.fault is not None and "source" not in before.stages:
                continue  # its image is gone now: what the earlier attempt made is better than nothing
            return self._admit(Admission(sample, before.attempt + 1, before.rules)), found
        for sample in self._outdated:
            return self._do_again(sample), self._find(sample)
        async with self._changed:
            await self._changed.wait_for(lambda: not self._may_overshoot())
        if not self._target_met():
            for fresh in self._fresh:
                return self._admit(Admission(fresh.id, 1, self._book.version)), fresh
        return await self._take_stale() if self._refresh else None

    async def _take_stale(self) -> tuple[Admission, Unit] | None:
        """The next sample of which captions were filtered under other rules."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._stale is not None or self._in_flight == 0)
        if self._stale is None:
            stale = choose_stale(self._log, self._book)
            self._spans |= locate(self._run.root, set(stale)) if stale else {}
            self._stale = iter(stale)
        for sample in self._stale:
            found = self._find(sample)
            if found.fault is None:
                return self._do_again(sample), found
        return None

    def _do_again(self, sample: str) -> Admission:
        """Admit a committed sample that did not fail once more, under the rules of now."""
        attempt = self._log.state.done[sample].attempt + 1
        return self._admit(Admission(sample, attempt, self._book.version, refresh=True))

    def _admit(self, admission: Admission) -> Admission:
        self._log.admit(admission)
        return admission

    def _current(self, admission: Admission) -> Admission:
        """An owed admission; admitted anew if power loss took the rules that it saw."""
        if admission.rules <= self._book.version:
            return admission
        return self._admit(replace(admission, rules=self._book.version))

    def _find(self, sample: str) -> Unit:
        found = self._source.get(sample)
        if found is None:
            raise RunDirError(f"Sample {sample!r} was begun, but the captions file no longer has it.")
        return found

    def _unseen(self) -> Iterator[Unit]:
        state = self._log.state
        for sample in islice(self._source.list_ids(), self._quota.limit):
            if sample not in state.done and sample not in state.open:
                yield self._find(sample)

    def _stop_if_hopeless(self) -> None:
        """Stop where more samples failed than the run allows, and say of what."""
        bound, failures = self._quota.max_failures, self._log.state.failures
        failed, done = failures.counts.total() - len(self._to_retry), len(self._log.state.done)
        if bound is None or failed <= bound * (1 if bound >= 1 else max(done, ENOUGH_DONE)):
            return
        reasons = "".join(f"\n  {count:,} x {why}" for why, count in failures.list_commonest())
        raise TooManyFailures(
            f"{failed} of {done} samples failed, more than `max_failures = {bound:g}` allows:{reasons}\n"
            f"{self._run.root / 'failed.jsonl'} names them. Mend it and retry them with --retry-failed, "
            "or raise --max-failures."
        )

    def _target_met(self) -> bool:
        return self._quota.accepted is not None and self._count_accepted() >= self._quota.accepted

    def _count_accepted(self) -> int:
        state = self._log.state
        return state.accepted if self._quota.counts == "tasks" else state.accepted_samples

    def _may_overshoot(self) -> bool:
        """Whether samples in flight may meet the target already, so that a new one would be too much."""
        if self._quota.accepted is None or self._target_met() or self._in_flight == 0:
            return False
        hoped = self._count_accepted() + self._in_flight * self._quota.per_sample
        return hoped >= self._quota.accepted


async def _through_one_cancel(ending: Coroutine[Any, Any, None]) -> None:
    """Finish an ending although a signal cancels it; a second signal ends the process anyway."""
    task = asyncio.ensure_future(ending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def choose_stale(log: CommitLog, book: RuleBook) -> list[str]:
    """Samples that ended well under rules of which others stand now; failed ones wait for their retry."""
    stale = log.state.done.find(lambda done: done.rules < book.changed and done.outcome != "failed")
    return [sample for sample in stale if sample not in log.state.open]


def choose_retries(log: CommitLog, stages: tuple[str, ...] | None) -> list[str]:
    """Failed samples to admit again; an empty tuple of stages means all."""
    if stages is None:
        return []
    failed = log.state.done.find(
        lambda done: done.outcome == "failed" and (not stages or bool(set(stages) & set(done.stages)))
    )
    return [sample for sample in failed if sample not in log.state.open]
