"""Calls that were made under mined rules are replayed under the same rules: none is paid for twice."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.seals import SealedLines
from kill.conftest import command, rows_of
from support.chat_server import ChatServer
from support.coco import CocoFiles
from support.killing import run_irloom

SAMPLES = 3


@pytest.fixture(scope="module")
def whole(coco: CocoFiles, server: ChatServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sequential run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    ended = run_irloom(command(coco, server, folder / "run", "--concurrency", "1"), folder)
    assert ended.code == 0, ended.said
    return folder / "run"


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def list_mined(run: Path) -> list[dict[str, Any]]:
    return [line for line in read_lines(run / "rules.jsonl") if line["origin"] == "mined"]


def list_journaled(run: Path) -> list[dict[str, Any]]:
    """The calls that were recorded of samples that are not committed."""
    return [turn for path in (run / "journal").glob("*.jsonl") for turn in SealedLines(path)]


@pytest.mark.parametrize(
    ("step", "at"), [("commit.before_log", 1 + SAMPLES), ("commit.before_append.pairs", SAMPLES)]
)
def test_a_sample_that_was_asked_under_mined_rules_is_replayed_without_a_request(
    step: str, at: int, coco: CocoFiles, server: ChatServer, whole: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    assert run_irloom(command(coco, server, run, "--concurrency", "1"), tmp_path, step, at).code == -9
    mined = [rule for rule in list_mined(run) if rule["sample"] != str(SAMPLES)]
    assert mined, "the samples before it taught something"
    rules = [turn["fields"]["rules"] for turn in list_journaled(run) if "rules" in turn.get("fields", {})]
    assert any(mined[0]["rule"] in one for one in rules), "its calls have that in their prompts"
    asked = len(server.answered)
    ended = run_irloom(["resume", str(run), "--quiet", "--concurrency", "1"], tmp_path)
    assert ended.code == 0, ended.said
    assert len(server.answered) == asked, "nothing is paid for twice"
    assert rows_of(run) == rows_of(whole)


def test_samples_in_flight_when_another_mined_a_rule_keep_to_the_rules_they_began_under(
    coco: CocoFiles, tmp_path: Path
) -> None:
    with ChatServer(delay_s=0.02) as server:  # so slow that the sample with most rounds is never done first
        kill_and_resume(coco, server, tmp_path)


def kill_and_resume(coco: CocoFiles, server: ChatServer, folder: Path) -> None:
    run, options = folder / "run", ("--concurrency", str(SAMPLES))
    first_commit = ("commit.after_log_sync", 2)
    assert run_irloom(command(coco, server, run, *options), folder, *first_commit).code == -9
    assert list_mined(run)
    recorded, before = list_journaled(run), len(server.answered)
    assert recorded
    ended = run_irloom(["resume", str(run), "--quiet", *options], folder)
    assert ended.code == 0, ended.said
    asked = Counter(one.body["seed"] for one in server.answered)
    paid = [turn["parameters"]["seed"] for turn in recorded if "prompt" in turn]
    assert paid
    assert [asked[seed] for seed in paid] == [1] * len(paid), "no recorded call is asked again"
    assert len(server.answered) > before
    kept = {turn["key"] for turn in recorded}
    replayed = {turn["key"] for row in read_lines(run / "transcripts.jsonl") for turn in row["turns"]}
    assert kept <= replayed, "each of them counts"
