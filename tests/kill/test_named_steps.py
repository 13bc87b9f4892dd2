"""A run that is killed at any step of the commit protocol ends, resumed, like one that never was."""

import os
from pathlib import Path

import pytest

from kill.conftest import command, rows_of, timeless
from support.chat_server import ChatServer
from support.coco import CocoFiles
from support.killing import Ended, list_steps, run_irloom

CREATING = ("create.prompt", "create.rules", "run_json")
FILES = ("pairs", "instructions", "rejected", "rejected_pairs", "failed", "transcripts", "rules")
RUN_STEPS = [
    *(
        f"{file}.{moment}"
        for file in CREATING
        for moment in ("before_write", "before_rename", "after_rename")
    ),
    *("admit.before_append", "admit.after_append", "journal.before_append", "journal.after_append"),
    *("image.before_sync", "image.before_rename", "image.after_rename"),
    *(
        f"commit.{moment}_append.{file}"
        for file in FILES
        if file != "failed"
        for moment in ("before", "after")
    ),
    *(f"commit.before_sync.{file}" for file in FILES),
    *("commit.after_sync", "commit.before_log", "commit.after_log", "commit.after_log_sync"),
    *("segment.before_remove", "segment.after_cut", "segment.after_remove"),
]
RESUME_STEPS = [f"cut.{moment}.{file}" for file in ("commits", *FILES) for moment in ("before", "after")]

AT = [2] if "IRLOOM_KILLS" in os.environ else [1]
"""Which time that a step is reached; the second one is tried where many kills are asked for."""


@pytest.fixture(scope="module")
def whole(coco: CocoFiles, server: ChatServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sequential run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    ended = run_irloom(command(coco, server, folder / "run", "--concurrency", "1"), folder)
    assert ended.code == 0, ended.said
    return folder / "run"


def test_the_steps_that_are_killed_at_are_all_the_steps_there_are(
    coco: CocoFiles, server: ChatServer, tmp_path: Path
) -> None:
    reached = set(list_steps(command(coco, server, tmp_path / "run", "--concurrency", "1"), tmp_path))
    assert reached - {f"commit.{moment}_append.failed" for moment in ("before", "after")} == {
        *RUN_STEPS,
        *RESUME_STEPS,
    }


@pytest.mark.parametrize("at", AT, ids=lambda at: f"time {at}")
@pytest.mark.parametrize("step", RUN_STEPS)
def test_a_run_killed_at_a_step_and_resumed_equals_one_that_was_not(
    step: str, at: int, coco: CocoFiles, server: ChatServer, whole: Path, tmp_path: Path
) -> None:
    asked = len(server.answered)
    run = tmp_path / "run"
    killed = run_irloom(command(coco, server, run, "--concurrency", "1"), tmp_path, step, at)
    if killed.code == 0:
        assert at == 2
        pytest.skip(f"{step} is reached only once")
    assert killed.code == -9
    resumed = _go_on(coco, server, run, tmp_path)
    assert resumed.code == 0, resumed.said
    _assert_equal(run, whole)
    recorded_twice = len(server.answered) - asked - _count_calls(whole)
    assert recorded_twice <= 3, "only calls in flight at the kill may be asked again"


@pytest.mark.parametrize(
    "step", [*RESUME_STEPS, "journal.after_append", "commit.after_append.pairs", "commit.after_log"]
)
def test_a_resume_that_is_killed_too_loses_and_repeats_nothing(
    step: str, coco: CocoFiles, server: ChatServer, whole: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    run_irloom(
        command(coco, server, run, "--concurrency", "1"), tmp_path, "commit.after_append.transcripts", 2
    )
    assert run_irloom(["resume", str(run), "--quiet"], tmp_path, step).code == -9
    assert run_irloom(["resume", str(run), "--quiet"], tmp_path).code == 0
    _assert_equal(run, whole)


def _go_on(coco: CocoFiles, server: ChatServer, run: Path, folder: Path) -> Ended:
    """Resume; a run whose creation was killed is started again with the same command."""
    if (run / "run.json").exists():
        return run_irloom(["resume", str(run), "--quiet"], folder)
    assert "holds no run" in run_irloom(["resume", str(run)], folder).said
    return run_irloom(command(coco, server, run, "--concurrency", "1"), folder)


def _count_calls(run: Path) -> int:
    return sum("prompt" in turn for row in timeless(run, "transcripts") for turn in row["turns"])


def _assert_equal(run: Path, whole: Path) -> None:
    assert rows_of(run) == rows_of(whole)
    for name in ("transcripts", "commits"):
        assert timeless(run, name) == timeless(whole, name)
    assert not list((run / "journal").iterdir())
