"""Whatever scripts send, a run ends with every problem as a row, and its event loop is never kept long.

`IRLOOM_HOSTILE=1000` makes it a run of a thousand; what it prints is told in docs/sandbox.md.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from irloom.pipelines.imgcoder import inputs
from irloom.sandbox.levels import Probe
from support.chat_server import Asked, ChatServer
from support.hostile import HOSTILE, HostileRunner

PROBLEMS = int(os.environ.get("IRLOOM_HOSTILE", 2 * len(HOSTILE)))
LONGEST_PAUSE_S = 1.0
"""Of processor time in one step of the loop; before there were bounds it was ten minutes."""


class Loop:
    """Notes the longest step of the loop once there are results, by processor time, whoever else works."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.longest_s, self.longest = 0.0, ""
        run: Any = asyncio.events.Handle._run

        def watch(handle: Any) -> None:
            started = time.thread_time()
            run(handle)
            took_s = time.thread_time() - started
            if HostileRunner.drawn and took_s > self.longest_s:
                self.longest_s, self.longest = took_s, repr(handle)[:300]

        monkeypatch.setattr(asyncio.events.Handle, "_run", watch)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChatServer]:
    async def open_hostile(options: object) -> tuple[HostileRunner, Probe]:
        return HostileRunner(), Probe(
            level="standard", machine="", kernel="", hold={}, canary={}, passed_over={}
        )

    monkeypatch.setattr(inputs, "open_sandbox", open_hostile)
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    with ChatServer() as server:
        server.fault = _answer
        yield server


def _answer(asked: Asked, again: int) -> str:
    """A plan with labels to look for, and a script that says which of the reports is its own."""
    labels = "\n".join(f"- label {number} kg" for number in range(40))
    number = asked.fields["question"].split()[-1]
    code = f"import matplotlib.pyplot as plt\n# {'-' * 2_000}\n#{number}"
    return f"Image Content\n- a map\nLabels\n{labels}\n- {'-' * 500}\n```python\n{code}\n```\n"


def test_a_run_of_hostile_results_ends_with_every_problem_as_a_row(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = tmp_path / "problems.jsonl"
    questions = ({"id": f"p{one}", "question": f"Draw number {one}"} for one in range(PROBLEMS))
    problems.write_text("".join(json.dumps(one) + "\n" for one in questions))
    bare = ["--one-call", "--max-repairs", "0", "--no-judging", "--no-quizzing", "--no-adapting"]
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url, "--concurrency", "8"]
    out = tmp_path / "run"
    loop = Loop(monkeypatch)
    code = main(
        ["run", "imgcoder", "--problems", str(problems), "--out", str(out), *backend, *bare, "--quiet"]
    )
    assert code == 0, capsys.readouterr().err
    rejected = [json.loads(line) for line in (out / "rejected.jsonl").read_bytes().splitlines()]
    figures = [json.loads(line) for line in (out / "figures.jsonl").read_bytes().splitlines()]
    assert {row["sample"] for row in [*rejected, *figures]} == {f"p{one}" for one in range(PROBLEMS)}
    assert max(map(len, (out / "rejected.jsonl").read_bytes().splitlines())) < 4_000_000
    with capsys.disabled():
        told = f"{PROBLEMS} problems; the loop's longest step took {loop.longest_s * 1000:.0f} ms"
        sys.stdout.write(f"\n{told}: {loop.longest}\n")
    assert loop.longest_s < LONGEST_PAUSE_S
