"""Progress tells what is done of what there is to do, whatever this invocation was asked for."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from irloom.cli import progress
from irloom.cli.main import main
from irloom.cli.progress import Progress
from irloom.engine.summary import Summary
from support.chat_server import Asked, ChatServer, refuse
from support.coco import CocoFiles, write_coco


@pytest.fixture
def coco(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CocoFiles:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(progress, "LINE_EVERY_S", -1.0)
    return write_coco(tmp_path / "coco", 6, captions=["A dog sits."])


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


def start(server: ChatServer, coco: CocoFiles, out: Path, *more: str) -> int:
    options = [option for option in server.options if option != "--quiet"]
    flow = ["--tasks", "none", "--concurrency", "1", "--filter-all", *more]
    return main(["run", "infrared", *coco.options, "--out", str(out), *options, *flow])


def counted(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the lines of progress said of samples."""
    return re.findall(r"^(.* samples) · ", capsys.readouterr().err, re.MULTILINE)


def test_a_run_counts_up_to_its_limit_and_a_resume_to_its_own(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert start(server, coco, out, "--limit", "2") == 0
    assert counted(capsys) == ["1 of 2 samples", "2 of 2 samples"]
    assert main(["resume", str(out), "--limit", "4"]) == 0
    assert counted(capsys) == ["3 of 4 samples", "4 of 4 samples"]
    assert main(["resume", str(out), "--limit", "6"]) == 0
    assert counted(capsys) == ["5 of 6 samples", "6 of 6 samples"]


def test_a_retry_counts_what_it_tries_again(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        return refuse(400, "not today") if re.search("number [35] ", asked.fields["caption"]) else None

    out = tmp_path / "run"
    with ChatServer(fault=fault) as server:
        assert start(server, coco, out, "--limit", "5") == 1
        capsys.readouterr()
        server.fault = None
        assert main(["resume", str(out), "--retry-failed"]) == 0
        said = capsys.readouterr().err
    lines = [line for line in said.splitlines() if " samples · " in line]
    assert [line.split(" · ")[0] for line in lines] == ["4 of 5 samples", "5 of 5 samples"]
    assert ["1 failed" in line for line in lines] == [True, False]
    assert "0 failed" in lines[-1]
    assert "0 min 00 s left" in lines[-1]


def test_samples_that_were_begun_are_still_to_be_done(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert start(server, coco, out, "--max-requests", "2") == 3
    capsys.readouterr()
    assert main(["resume", str(out), "--max-requests", "100"]) == 0
    assert counted(capsys) == [f"{number} of 6 samples" for number in range(3, 7)]


def test_a_sample_that_is_refreshed_is_counted_once() -> None:
    event = {"sample": "1", "attempt": 1, "outcome": "accepted", "tasks": {"a": "accepted"}, "pairs": 3}
    done = {**event, "usage": {"requests": 1}}
    again = {**done, "attempt": 2, "tasks": {"a": "rejected"}, "pairs": 1}
    summary = Summary()
    shown = Progress(summary, total=1, left=2, quiet=True, refresh=True)
    shown.report(done)  # of this invocation too: rules that came after it made it stale
    shown.report(again)
    assert (summary.samples, summary.pairs) == (1, 1)
    assert summary.outcomes == {"accepted": 1}
    assert summary.tasks["a"] == {"accepted": 0, "rejected": 1}
    assert "0% of 1 tasks kept" in shown.line()


def test_the_time_left_is_that_of_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    shown = Progress(Summary(), total=100, left=10, quiet=True)
    assert "left" not in shown.line()
    now_s += 60
    event = {"sample": "1", "attempt": 1, "outcome": "accepted", "tasks": {}, "usage": {"requests": 30}}
    shown.report(event)
    assert shown.line().startswith("91 of 100 samples · 0.02 samples/s · 0.5 requests/s")
    assert shown.line().endswith("9 min 00 s left")
