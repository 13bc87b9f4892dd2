"""A summary reads commit lines and the rule book; each sample counts by its last commit."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.storage import dump_line
from irloom.engine.summary import last_commits, summarise, tell_rules
from irloom.errors import RunDirError

USAGE = {"requests": 2, "prompt_tokens": 10, "completion_tokens": 5}
JUDGE = {"stage": "judge", "error": "EndpointError"}


def commit(sample: str, outcome: str = "accepted", attempt: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "event": "commit",
        "sample": sample,
        "attempt": attempt,
        "outcome": outcome,
        "tasks": {"reasoning": outcome},
        "rounds": {"reasoning": 2},
        "usage": USAGE,
        "rules": 0,
        **more,
    }


def admit(sample: str, attempt: int = 1) -> dict[str, Any]:
    return {"event": "admit", "sample": sample, "attempt": attempt, "rules": 0}


def write(root: Path, *events: Mapping[str, Any], rules: tuple[Mapping[str, Any], ...] = ()) -> Path:
    book = b"".join(map(dump_line, rules))
    (root / "rules.jsonl").write_bytes(book)
    start = {"event": "start", "ends": {"rules.jsonl": len(book)}, "sums": {}}
    (root / "commits.jsonl").write_bytes(b"".join(map(dump_line, [start, *events])))
    return root


def test_counts_add_up(tmp_path: Path) -> None:
    summary = summarise(
        write(
            tmp_path,
            commit("1", pairs=3, original_won=1, categories={"material": 1}, notes={"box_clipped": 2}),
            commit("2", "rejected", pairs=2, categories={"material": 2, "text": 1}),
            commit("3", "failed", faults=[JUDGE, {"stage": "write", "error": "EndpointError"}]),
        )
    )
    assert (summary.samples, summary.open, summary.pairs, summary.original_won) == (3, 0, 5, 1)
    assert summary.outcomes == {"accepted": 1, "rejected": 1, "failed": 1}
    assert summary.tasks == {"reasoning": {"accepted": 1, "rejected": 1, "failed": 1}}
    assert summary.rounds == {2: 1}, "rounds of accepted tasks only"
    assert summary.categories == {"material": 3, "text": 1}
    assert summary.notes == {"box_clipped": 2}
    assert summary.stages == {"judge": 1}, "a sample fails at its first stage"
    assert summary.usage == {name: 3 * value for name, value in USAGE.items()}


def test_a_retried_sample_counts_once_but_all_its_attempts_are_paid(tmp_path: Path) -> None:
    failed = commit("1", "failed", pairs=3, faults=[JUDGE], categories={"text": 1}, notes={"x": 1})
    summary = summarise(write(tmp_path, admit("1"), failed, admit("1", 2), commit("1", attempt=2, pairs=3)))
    assert (summary.samples, summary.pairs, summary.open) == (1, 3, 0)
    assert +summary.outcomes == {"accepted": 1}
    assert +summary.stages == +summary.categories == +summary.notes == {}
    assert summary.usage["requests"] == 4


def test_samples_in_flight_are_open(tmp_path: Path) -> None:
    root = write(tmp_path, admit("1"), admit("2"), commit("1", "failed"), admit("1", 2))
    assert summarise(root).open == 2
    assert summarise(root).samples == 1


def test_a_torn_last_line_of_a_running_log_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, commit("1"))
    with (tmp_path / "commits.jsonl").open("ab") as file:
        file.write(b'{"event":"commit","sam')
    assert summarise(tmp_path).samples == 1


def test_the_last_commits_come_in_the_order_of_the_first_ones(tmp_path: Path) -> None:
    write(tmp_path, commit("2", "failed"), commit("1"), commit("2", attempt=2))
    commits = last_commits(tmp_path)
    assert [(sample, event["attempt"]) for sample, event in commits.items()] == [("2", 2), ("1", 1)]


def test_a_folder_without_a_log_holds_no_run(tmp_path: Path) -> None:
    for reader in (summarise, last_commits):
        with pytest.raises(RunDirError, match=r"holds no run \(there is no commits.jsonl\)"):
            reader(tmp_path)


def test_rules_are_told_with_their_origin_and_how_often_they_fired(tmp_path: Path) -> None:
    said = {"task": "reasoning", "round": 1, "reason": "wooden"}
    write(
        tmp_path,
        rules=(
            {"rule": "A", "version": 0, "origin": "basic"},
            {"rule": "B", "version": 1, "origin": "mined", "sample": "1", **said},
            {"rule": "B", "version": 1, "origin": "merged", "sample": "1", **said},
            {"rule": "B", "version": 2, "origin": "merged", "sample": "2", **said},
            {"rule": "A", "version": 3, "origin": "retired"},
            {"rule": "A", "version": 4, "origin": "merged", "sample": "3", **said},
        ),
    )
    told = tell_rules(tmp_path)
    assert [(rule.rule, rule.origin, rule.since, rule.fired, rule.retired) for rule in told] == [
        ("A", "basic", 0, 1, True),
        ("B", "mined", 1, 1, False),
    ]
    assert (told[1].sample, told[1].task, told[1].reason) == ("1", "reasoning", "wooden")


def test_rules_that_no_commit_vouches_for_are_not_told(tmp_path: Path) -> None:
    write(tmp_path, rules=({"rule": "A", "version": 0, "origin": "basic"},))
    with (tmp_path / "rules.jsonl").open("ab") as file:
        file.write(dump_line({"rule": "B", "version": 1, "origin": "mined", "sample": "1"}))
    assert [rule.rule for rule in tell_rules(tmp_path)] == ["A"]
