"""A detector's run that is killed goes on where it stood, and pays for no score twice."""

import json
import signal
import time
from pathlib import Path

import pytest

from support.chat_server import ChatServer
from support.killing import start_irloom
from support.sentences import AlignSet, make_row

SENTENCES = 40


def wait_for(server: ChatServer, answered: int) -> None:
    end = time.monotonic() + 60
    while len(server.answered) < answered:
        assert time.monotonic() < end, "the run asked too little"
        time.sleep(0.005)


def read_journaled(run: Path) -> set[str]:
    """The sentences whose replies are on disk."""
    paths = [*(run / "journal").glob("*.jsonl"), run / "transcripts.jsonl"]
    text = "".join(path.read_text("utf-8", "replace") for path in paths if path.is_file())
    return {name for name in (f"gate {number}." for number in range(SENTENCES)) if name in text}


def test_a_killed_run_asks_nothing_again_whose_score_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")
    made = AlignSet(tmp_path / "set", [make_row(number) for number in range(SENTENCES)]).write()
    run = tmp_path / "run"
    with ChatServer(see=lambda sentence: 0.7, delay_s=0.02) as server:
        endpoint = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        started = start_irloom([*made.options(run, "--concurrency", "2"), *endpoint], tmp_path / "child")
        for answered in (7, 22):
            wait_for(server, answered)
            started.signal(signal.SIGKILL)
            assert started.wait().code == -signal.SIGKILL
            kept, before = read_journaled(run), len(server.asked)
            started = start_irloom(["resume", str(run), "--quiet"], tmp_path / "child")
            wait_for(server, answered + 3)
            again = {asked.fields["sentence"].partition("past ")[2] for asked in server.asked[before:]}
            assert not again & kept
        assert started.wait().code == 0
        assert len(server.asked) <= SENTENCES + 2 * 2, "no more than what was on its way when it was killed"
    answers = [json.loads(line) for line in (run / "answers.jsonl").read_text("utf-8").splitlines()]
    assert len({row["sample"] for row in answers}) == len(answers) == SENTENCES
    assert {row["read"] for row in answers} == {"70"}
