"""Readers stop at the last commit and count a sample by its last attempt."""

from pathlib import Path

import pytest

from irloom.engine.commits import CommitLog, Finished
from irloom.engine.reader import (
    earlier_turns,
    iterate_placed_rows,
    iterate_rows,
    last_attempts,
    locate,
    read_rows_at,
    read_sample,
)
from irloom.engine.state import Admission
from irloom.engine.storage import dump_line
from irloom.errors import RunDirError
from irloom.records import Outcome, SampleResult

FILES = ("pairs", "instructions", "rejected", "failed", "transcripts", "rules")


@pytest.fixture
def log(tmp_path: Path) -> CommitLog:
    """A log with two finished samples, the first of which failed and was retried."""
    (tmp_path / "rules.jsonl").touch()
    log = CommitLog(tmp_path, FILES)
    log.begin()
    commit(log, "1", 1, "failed")
    commit(log, "2", 1, "accepted")
    commit(log, "1", 2, "accepted")
    return log


def commit(log: CommitLog, sample: str, attempt: int, outcome: Outcome) -> None:
    admission = Admission(sample, attempt, 0)
    head = {"sample": sample, "attempt": attempt}
    rows = {
        "pairs": ({**head, "caption": f"{sample}.{attempt} \u2028"}, {**head, "caption": "b\r"}),
        "instructions": ({**head, "task": "reasoning"},) if outcome == "accepted" else (),
        "failed": ({**head, "stage": "judge"},) if outcome == "failed" else (),
    }
    result = SampleResult(outcome=outcome, tasks={"reasoning": outcome}, rows=rows)
    usage = {"requests": 1, "prompt_tokens": 0, "completion_tokens": 0}
    log.admit(admission)
    log.commit([Finished(admission, result, [{"key": f"{sample}.{attempt}"}], usage, [])])


def heads(root: Path, name: str) -> list[tuple[str, int]]:
    return [(row["sample"], row["attempt"]) for row in iterate_rows(root, name)]


def test_only_rows_of_the_last_attempt_count(log: CommitLog) -> None:
    assert heads(log.root, "pairs") == [("2", 1), ("2", 1), ("1", 2), ("1", 2)]
    assert heads(log.root, "instructions") == [("2", 1), ("1", 2)]
    assert heads(log.root, "failed") == []
    assert heads(log.root, "rejected") == []


def test_rows_after_the_last_commit_do_not_count(log: CommitLog) -> None:
    before = list(iterate_rows(log.root, "pairs"))
    log.admit(Admission("3", 1, 0))
    with (log.root / "pairs.jsonl").open("ab") as file:
        file.write(
            dump_line({"sample": "3", "attempt": 1}) + dump_line({"sample": "2", "attempt": 1}) + b'{"sa'
        )
    assert list(iterate_rows(log.root, "pairs")) == before


def test_one_sample_is_read_with_the_rows_of_its_last_attempt(log: CommitLog) -> None:
    found = read_sample(log.root, "1")
    assert found["commit"]["attempt"] == 2
    assert [row["caption"] for row in found["pairs"]] == ["1.2 \u2028", "b\r"]
    assert (len(found["instructions"]), found["rejected"], found["failed"]) == (1, [], [])
    assert found["transcripts"] == [
        {"sample": "1", "attempt": 2, "outcome": "accepted", "turns": [{"key": "1.2"}]}
    ]


def test_a_sample_that_is_not_committed_is_named_with_a_way_to_find_others(log: CommitLog) -> None:
    log.admit(Admission("3", 1, 0))
    for sample in ("3", "nobody"):
        with pytest.raises(
            RunDirError, match=f"No sample '{sample}' is committed in .*To list those that are: irloom"
        ):
            read_sample(log.root, sample)


def test_the_turns_of_all_earlier_attempts_are_found_by_offset(log: CommitLog) -> None:
    spans = locate(log.root, {"1", "nobody"})
    assert set(spans) == {"1"}
    assert set(earlier_turns(log.root, spans["1"])) == {"1.1", "1.2"}


def test_a_row_is_found_again_by_its_place_though_the_run_has_gone_on(log: CommitLog) -> None:
    placed = list(iterate_placed_rows(log.root, "pairs"))
    assert [row for _, row in placed] == list(iterate_rows(log.root, "pairs"))
    commit(log, "2", 2, "accepted")
    offsets = [offset for offset, _ in reversed(placed)]
    assert list(read_rows_at(log.root, "pairs", offsets)) == [row for _, row in reversed(placed)]


def test_attempts_are_the_last_ones_in_the_order_of_first_commits(log: CommitLog) -> None:
    assert list(last_attempts(log.root).items()) == [("1", 2), ("2", 1)]
