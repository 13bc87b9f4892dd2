"""Adds a whole run of both flows up: every sample, pair, task and transcript must be there exactly once."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.run_files import commits_of, lines_of

DATA = ("pairs", "instructions", "rejected", "failed", "transcripts", "rules")
Row = Mapping[str, Any]


def check_run(root: Path, samples: int, captions: int) -> int:
    """Fail unless everything adds up and nothing is failed; returns the number of commits."""
    commits = commits_of(root)
    last = _find_last(commits)
    wanted = list(range(1, samples + 1))
    assert sorted(map(int, last)) == wanted, f"{len(last)} of {samples} samples are accounted for"
    for sample, commit in last.items():
        assert commit["outcome"] in {"accepted", "rejected"}, f"{sample} ended as {commit['outcome']}"
    _check_ends(root)
    transcripts = [(row["sample"], row["attempt"]) for row in lines_of(root / "transcripts.jsonl")]
    assert transcripts == [(one["sample"], one["attempt"]) for one in commits], "a transcript for each commit"
    rows = {name: lines_of(root / f"{name}.jsonl") for name in ("pairs", "instructions", "rejected")}
    _check_pairs(_of_last_attempts(rows["pairs"], last), last, captions)
    _check_tasks(_of_last_attempts([*rows["instructions"], *rows["rejected"]], last), last)
    left = [path.name for path in (root / "journal").iterdir()]
    assert not left, f"the journal still holds {left[:5]}"
    return len(commits)


def _find_last(commits: Iterable[Row]) -> dict[str, Row]:
    """Each sample's last commit; only what had failed may be committed again."""
    last: dict[str, Row] = {}
    for commit in commits:
        before = last.get(commit["sample"])
        assert before is None or before["attempt"] < commit["attempt"], f"committed twice: {commit}"
        assert before is None or before["outcome"] == "failed", f"a good sample was made again: {commit}"
        last[commit["sample"]] = commit
    return last


def _check_ends(root: Path) -> None:
    """The data files end where the last commit says."""
    ends = next(event["ends"] for event in reversed(lines_of(root / "commits.jsonl")) if "ends" in event)
    for name in DATA:
        size = (root / f"{name}.jsonl").stat().st_size
        assert ends[f"{name}.jsonl"] == size, f"{name}.jsonl: {size} bytes, {ends[f'{name}.jsonl']} committed"


def _of_last_attempts(rows: Iterable[Row], last: Mapping[str, Row]) -> list[Row]:
    return [row for row in rows if row["attempt"] == last[row["sample"]]["attempt"]]


def _check_pairs(rows: Iterable[Row], last: Mapping[str, Row], captions: int) -> None:
    found = Counter((row["sample"], row["caption_index"]) for row in rows)
    wanted = {(sample, index) for sample in last for index in range(captions)}
    assert found.keys() == wanted, f"pairs are missing: {sorted(wanted ^ found.keys())[:5]}"
    assert set(found.values()) == {1}, "each pair once"


def _check_tasks(rows: Iterable[Row], last: Mapping[str, Row]) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row["sample"], row["task"]] += 1
        assert row["messages"], f"an empty row: {json.dumps(row)[:300]}"
        assert all(one["content"].strip() for one in row["messages"]), f"an empty message: {row}"
    wanted = {(sample, task) for sample, commit in last.items() for task in commit["tasks"]}
    assert found.keys() == wanted, f"instructions are missing: {sorted(wanted ^ found.keys())[:5]}"
    assert set(found.values()) == {1}, "each instruction once"
