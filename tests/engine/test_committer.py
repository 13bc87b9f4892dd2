"""Finished samples are committed in groups, and a failure reaches everyone who waits."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.commits import CommitLog
from irloom.engine.committer import Committer, Ending
from irloom.engine.journal import Segment
from irloom.engine.log import iterate_commits
from irloom.engine.rulebook import RuleBook
from irloom.engine.state import Admission
from irloom.engine.steps import observe
from irloom.engine.storage import read_lines
from irloom.errors import StorageError
from irloom.records import MinedRule, SampleResult

FILES = ("pairs", "instructions", "failed", "transcripts", "rules")


class Desk:
    """A run with an empty rule book, and a committer for it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "rules.jsonl").touch()
        (root / "journal").mkdir()
        log = CommitLog(root, FILES)
        log.begin()
        log.close()
        self.log = CommitLog(root)
        self.log.recover()
        self.book = RuleBook()
        self.reported: list[Mapping[str, Any]] = []
        self.committer = Committer(self.log, self.book, self.reported.append)

    def ending(self, sample: str, *rules: str, **row: Any) -> Ending:
        admission = Admission(sample, 1, self.book.version)
        self.log.admit(admission)
        segment = Segment(self.root / "journal", sample, 1)
        segment.record({"key": sample})
        mined = tuple(
            MinedRule(rule=rule, task="reasoning", round=number, category="other", reason="")
            for number, rule in enumerate(rules, 1)
        )
        rows = {"pairs": ({"sample": sample, "attempt": 1, **row},)}
        result = SampleResult(outcome="accepted", tasks={"reasoning": "accepted"}, rows=rows, mined=mined)
        usage = {"requests": 1, "prompt_tokens": 0, "completion_tokens": 0}
        return Ending(admission, result, [{"key": sample}], usage, segment)

    def committed(self) -> list[str]:
        return [event["sample"] for event in iterate_commits(self.root) if event["event"] == "commit"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_sample_is_on_disk_reported_and_its_segment_gone_when_commit_returns(desk: Desk) -> None:
    ending = desk.ending("1", "Delete wood.")
    await desk.committer.commit(ending)
    assert desk.committed() == ["1"]
    assert [event["sample"] for event in desk.reported] == ["1"]
    assert list((desk.root / "journal").iterdir()) == []
    assert (desk.book.version, desk.book.standing(5)) == (1, ("Delete wood.",))
    assert [line for _, line in read_lines(desk.root / "rules.jsonl")] == list(desk.book)


async def test_whatever_waits_while_one_group_is_written_becomes_the_next(desk: Desk) -> None:
    syncs: list[str] = []
    first_written, go = threading.Event(), threading.Event()

    def hold(step: str) -> None:
        if step == "commit.after_sync":
            syncs.append(step)
            first_written.set()
            assert go.wait(20)

    observe(hold)
    try:
        first = asyncio.create_task(desk.committer.commit(desk.ending("1", "Delete wood.")))
        assert await asyncio.to_thread(first_written.wait, 20)
        rules = [("Remove wood.",), ("Delete glass.",), ("Delete all glass.", "Delete text.")]
        others = [
            asyncio.create_task(desk.committer.commit(desk.ending(str(number), *rule)))
            for number, rule in enumerate(rules, 2)
        ]
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(first, *others)
    finally:
        observe(None)
    assert len(syncs) == 2, "three samples share one group"
    assert desk.committed() == ["1", "2", "3", "4"]
    assert [(line["rule"], line["origin"], line["version"]) for line in desk.book] == [
        ("Delete wood.", "mined", 1),
        ("Delete wood.", "merged", 2),
        ("Delete glass.", "mined", 3),
        ("Delete glass.", "merged", 4),
        ("Delete text.", "mined", 4),
    ]


async def test_cancelling_the_caller_does_not_undo_a_commit(desk: Desk) -> None:
    caller = asyncio.create_task(desk.committer.commit(desk.ending("1")))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await desk.committer.close()
    assert desk.committed() == ["1"]


async def test_a_failure_reaches_the_whole_group_and_nothing_is_committed_after_it(desk: Desk) -> None:
    endings = [desk.ending("1"), desk.ending("2", caption="\ud83d"), desk.ending("3")]
    waiting = [asyncio.create_task(desk.committer.commit(ending)) for ending in endings]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [TypeError] * 3
    with pytest.raises(TypeError):
        await desk.committer.commit(desk.ending("4"))
    await desk.committer.close()
    assert desk.committed() == []
    assert desk.reported == []
    assert list(desk.book) == []
    assert len(list((desk.root / "journal").iterdir())) == 4, "what was paid stays in the journal"


async def test_nothing_is_written_once_the_run_is_anothers(desk: Desk) -> None:
    def check() -> None:
        raise StorageError("taken over")

    committer = Committer(desk.log, desk.book, desk.reported.append, check)
    ending = desk.ending("1")
    before = {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file()}
    for _ in range(2):
        with pytest.raises(StorageError, match="taken over"):
            await committer.commit(ending)
    await committer.close()
    assert {path: path.read_bytes() for path in desk.root.rglob("*") if path.is_file()} == before


async def test_closing_a_committer_without_work_is_harmless(desk: Desk) -> None:
    await desk.committer.close()
