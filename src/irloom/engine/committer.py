"""Commits finished samples in groups: whatever waits while one group is written becomes the next."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from irloom.engine.commits import CommitLog, Finished
from irloom.engine.journal import Segment, Turn
from irloom.engine.rulebook import RuleBook
from irloom.engine.state import Admission
from irloom.records import SampleResult


@dataclass(frozen=True, slots=True)
class Ending:
    """A sample that is ready to be committed."""

    admission: Admission
    result: SampleResult
    turns: list[Turn]
    usage: Mapping[str, int | float]
    segment: Segment


class Committer:
    """The only writer of the data files and the rule book."""

    def __init__(
        self,
        log: CommitLog,
        book: RuleBook,
        report: Callable[[Mapping[str, Any]], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Report each commit; `check` raises where the run is no longer this process's."""
        self._log = log
        self._book = book
        self._report = report
        self._check = check
        self._waiting: list[tuple[Ending, asyncio.Future[None]]] = []
        self._runner: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        """What made a commit fail; nothing is committed after it."""

    async def commit(self, ending: Ending) -> None:
        """Return once the sample is committed and on disk; cancelling the caller does not undo it."""
        if self._error is not None:
            raise self._error
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((ending, future))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._drain())
        await future

    async def close(self) -> None:
        """Commit what waits."""
        if self._runner is not None:
            await asyncio.gather(self._runner, return_exceptions=True)

    async def _drain(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                await self._commit_group([ending for ending, _ in group])
            except BaseException as error:
                self._error = error
                waiting, self._waiting = group + self._waiting, []
                for _, future in waiting:
                    if not future.done():
                        future.set_exception(error)
                return
            for _, future in group:
                if not future.done():
                    future.set_result(None)

    async def _commit_group(self, endings: list[Ending]) -> None:
        finished = self._draft(endings)
        events = await asyncio.to_thread(self._write, finished, endings)
        self._log.take(events)
        for one in finished:
            for line in one.rule_lines:
                self._book.take(line)
        for event in events:
            self._report(event)

    def _write(self, finished: list[Finished], endings: list[Ending]) -> list[dict[str, Any]]:
        self._check()
        events = self._log.write(finished)
        for ending in endings:
            ending.segment.remove()
        return events

    def _draft(self, endings: list[Ending]) -> list[Finished]:
        """Give each sample its rule-book lines; a later sample of the group sees the earlier ones'."""
        drafted: list[dict[str, Any]] = []
        finished = []
        for ending in endings:
            admission = ending.admission
            lines = self._book.propose(admission.sample, admission.attempt, ending.result.mined, drafted)
            drafted += lines
            known = self._book.list_mined(admission.sample, admission.attempt)
            finished.append(Finished(admission, ending.result, ending.turns, ending.usage, lines, known))
        return finished
