"""An IF-Bench run that is killed at random moments pays nothing twice, and its table is the same."""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kill.conftest import timeless
from support.chat_server import Asked, ChatServer
from support.ifbench import IfbenchSet, write_set
from support.killing import recorded_calls, run_irloom, start_irloom

FILES = ("questions", "answers", "failed")


class Answering(ChatServer):
    """Answers by the request alone: sometimes right, sometimes wrong, sometimes only a checker can say."""

    def _answer(self, asked: Asked) -> list[str]:
        if asked.prompt == "evaluate/check":
            return ["B"]
        return [("A", "C.", "The answer is D", "something warm")[len(asked.fields["options"]) % 4]]


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> IfbenchSet:
    return write_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def answering() -> Iterator[ChatServer]:
    with Answering(delay_s=0.004) as server:
        yield server


def arguments(questions: IfbenchSet, server: ChatServer, run: Path) -> list[str]:
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    asked = ["--variants", "normal,prior+pair", "--rgb", str(questions.rgb), "--checker", server.model]
    return [*questions.options(run, *asked), *backend, "--concurrency", "1"]


@pytest.fixture(scope="module")
def whole(questions: IfbenchSet, answering: ChatServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody killed."""
    folder = tmp_path_factory.mktemp("whole")
    assert run_irloom(arguments(questions, answering, folder / "run"), folder).code == 0
    return folder / "run"


def table(run: Path, folder: Path) -> Any:
    """What the bench says of a run, without its name."""
    ended = run_irloom(["bench", "ifbench", str(run), "--json"], folder)
    assert ended.code == 0, ended.said
    return json.loads(ended.said)


@pytest.mark.parametrize("moment", range(3))
def test_a_run_killed_at_random_asks_nothing_again_and_ends_in_the_same_table(
    moment: int, questions: IfbenchSet, answering: ChatServer, whole: Path, tmp_path: Path
) -> None:
    run, chance = tmp_path / "run", random.Random(moment)
    recorded: set[tuple[str, int]] = set()
    for turn in range(20):
        before = len(answering.asked)
        resume = ["resume", str(run), "--quiet"]
        given = resume if (run / "run.json").exists() else arguments(questions, answering, run)
        started = start_irloom(given, tmp_path)
        if turn < 3:
            time.sleep(chance.uniform(0.3, 1.5))
            started.process.kill()
        ended = started.wait()
        again = {(asked.prompt, asked.body["seed"]) for asked in answering.asked[before:]} & recorded
        assert not again, "a recorded reply was asked for again"
        if ended.code == 0:
            break
        assert ended.code == -9, ended.said
        recorded = recorded_calls(run)
    for name in FILES:
        assert (run / f"{name}.jsonl").read_bytes() == (whole / f"{name}.jsonl").read_bytes(), name
    assert timeless(run, "transcripts") == timeless(whole, "transcripts")
    assert table(run, tmp_path) == table(whole, tmp_path)


@pytest.mark.parametrize("step", ["image.before_rename", "image.after_rename"])
def test_a_picture_that_was_being_kept_is_whole_after_a_resume(
    step: str, questions: IfbenchSet, answering: ChatServer, whole: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    assert run_irloom(arguments(questions, answering, run), tmp_path, step=step, at=3).code == -9
    assert run_irloom(["resume", str(run), "--quiet"], tmp_path).code == 0
    assert (run / "answers.jsonl").read_bytes() == (whole / "answers.jsonl").read_bytes()
    kept, expected = (
        {path.name: path.read_bytes() for path in (root / "images").rglob("*.png") if path.is_file()}
        for root in (run, whole)
    )
    assert {name: content for name, content in kept.items() if not name.startswith(".")} == expected
