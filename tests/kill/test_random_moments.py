"""Runs that are killed at random moments, several times over, with samples side by side."""

import json
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kill.conftest import command, rows_of, timeless
from support.chat_server import ChatServer
from support.coco import CocoFiles, write_coco
from support.killing import recorded_calls, run_irloom, start_irloom

MOMENTS = int(os.environ.get("IRLOOM_KILLS", "4"))
"""How often each kind of run is tried; `.ci/run` asks for fifty."""
SAMPLES = 12


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> CocoFiles:
    return write_coco(tmp_path_factory.mktemp("many"), SAMPLES)


@pytest.fixture(scope="module")
def whole(many: CocoFiles, server: ChatServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Uninterrupted runs: one after the other with mining, and side by side without."""
    runs = {}
    for name, more in {"sequential": ("1",), "unmined": ("6", "--no-mining")}.items():
        folder = tmp_path_factory.mktemp(name)
        assert run_irloom(command(many, server, folder / "run", "--concurrency", *more), folder).code == 0
        runs[name] = folder / "run"
    return runs


def kill_until_done(
    arguments: list[str], run: Path, folder: Path, chance: random.Random, server: ChatServer
) -> int:
    """Start, kill after a random while, go on, kill again …; returns how often it was killed.

    After each kill, what had been recorded must not be asked for again.
    """
    kills = 0
    recorded: set[tuple[str, int]] = set()
    while True:
        before = len(server.asked)
        resume = ["resume", str(run), "--quiet"]
        started = start_irloom(resume if (run / "run.json").exists() else arguments, folder)
        if kills < 3:
            time.sleep(chance.uniform(0.05, 0.7))
            started.process.kill()
        ended = started.wait()
        again = {(asked.prompt, asked.body["seed"]) for asked in server.asked[before:]} & recorded
        assert not again, "a recorded reply was asked for again"
        if ended.code == 0:
            return kills
        assert ended.code == -9, ended.said
        kills += 1
        recorded = recorded_calls(run)


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_sequential_run_killed_at_random_equals_one_that_was_not(
    moment: int, many: CocoFiles, server: ChatServer, whole: dict[str, Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    kill_until_done(
        command(many, server, run, "--concurrency", "1"), run, tmp_path, random.Random(moment), server
    )
    assert rows_of(run) == rows_of(whole["sequential"])
    assert timeless(run, "transcripts") == timeless(whole["sequential"], "transcripts")
    assert timeless(run, "commits") == timeless(whole["sequential"], "commits")


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_concurrent_run_without_mining_makes_the_same_rows_in_any_order(
    moment: int, many: CocoFiles, server: ChatServer, whole: dict[str, Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    arguments = command(many, server, run, "--concurrency", "6", "--no-mining")
    kill_until_done(arguments, run, tmp_path, random.Random(moment), server)
    for name, content in rows_of(whole["unmined"]).items():
        assert Counter(rows_of(run)[name].splitlines()) == Counter(content.splitlines())


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_concurrent_run_with_mining_has_every_sample_once_under_the_rules_it_names(
    moment: int, many: CocoFiles, server: ChatServer, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    before = len(server.answered)
    kills = kill_until_done(
        command(many, server, run, "--concurrency", "6"), run, tmp_path, random.Random(moment), server
    )
    rows = [json.loads(line) for line in (run / "commits.jsonl").read_text().splitlines()]
    commits = [row for row in rows if row["event"] == "commit"]
    assert sorted(int(row["sample"]) for row in commits) == list(range(1, SAMPLES + 1))
    book = [json.loads(line) for line in (run / "rules.jsonl").read_text().splitlines()]
    for row in timeless(run, "transcripts"):
        version = next(commit["rules"] for commit in commits if commit["sample"] == row["sample"])
        assert_filtered_under(row["turns"], {line["rule"] for line in book if line["version"] <= version})
    paid = len(server.answered) - before
    recorded = sum("prompt" in turn for row in timeless(run, "transcripts") for turn in row["turns"])
    assert recorded <= paid <= recorded + kills * 6 * 3, "only calls in flight at a kill may be asked again"


def assert_filtered_under(turns: list[dict[str, Any]], rules: set[str]) -> None:
    for turn in turns:
        if turn.get("prompt") == "caption/filter":
            assert {line.removeprefix("- ") for line in turn["fields"]["rules"].splitlines()} == rules
