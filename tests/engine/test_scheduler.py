"""Samples are admitted in the order of the source, and only those that are still to be done are made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from irloom.engine.commits import CommitLog
from irloom.engine.committer import Committer
from irloom.engine.directory import RunDirectory
from irloom.engine.models import Folders, Models
from irloom.engine.rulebook import RuleBook
from irloom.engine.scheduler import Quota, Scheduler, Work
from irloom.engine.session import Session
from irloom.engine.state import Admission
from irloom.records import Sample, SampleResult


class Listed:
    """A source that notes which samples it was made to make."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids
        self.made: list[str] = []

    def list_ids(self) -> Iterator[str]:
        yield from self.ids

    def get(self, sample_id: str) -> Sample | None:
        self.made.append(sample_id)
        return Sample(id=sample_id, image="a.png", captions=("A dog.",), width=8, height=6)


async def carry(
    sample: Sample, admission: Admission, rules: tuple[str, ...], session: Session
) -> SampleResult:
    return SampleResult(outcome="accepted", tasks={}, rows={}, mined=())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "journal").mkdir()
    (tmp_path / "rules.jsonl").touch()
    log = CommitLog(tmp_path, ("pairs", "failed", "transcripts", "rules"))
    log.begin()
    log.close()
    return tmp_path


async def carry_on(root: Path, source: Listed, limit: int | None = None) -> None:
    log, book = CommitLog(root), RuleBook()
    log.recover()
    models = Models(chats={})
    scheduler = Scheduler(
        RunDirectory(root, {}),
        log,
        book,
        Committer(log, book, lambda event: None),
        source,
        Work(carry, models, lambda turn: 0),
        Folders(root, root),
        Quota(concurrency=1, limit=limit),
    )
    await scheduler.run()
    await models.close()
    log.close()


async def test_what_is_done_is_passed_over_by_its_id_and_never_made_again(root: Path) -> None:
    first = Listed("5", "b", "1", "4")
    await carry_on(root, first, limit=2)
    assert first.made == ["5", "b"]
    again = Listed("5", "b", "1", "4")
    await carry_on(root, again)
    assert again.made == ["1", "4"]
