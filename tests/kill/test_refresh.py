"""A refresh that is killed goes on without paying twice, whether it is asked for again or not."""

import json
from pathlib import Path

import pytest

from kill.conftest import command
from support.chat_server import ChatServer
from support.coco import write_coco
from support.killing import run_irloom

REJECT = {"verdict": "reject", "category": "material", "reason": "Wood is not visible."}
ACCEPT = {"verdict": "accept", "category": None, "reason": ""}


@pytest.mark.parametrize("step", ["admit.after_append", "journal.after_append", "commit.after_sync"])
def test_a_refresh_that_is_killed_goes_on_and_pays_nothing_twice(step: str, tmp_path: Path) -> None:
    verdicts = iter([REJECT])
    mined = json.dumps({"rule": "Delete all words about materials."})
    with ChatServer(
        fault=lambda asked, again: mined if asked.prompt == "debate/mine" else None,
        judge=lambda instruction: next(verdicts, ACCEPT),
    ) as server:
        (tmp_path / "rules.txt").write_text("Delete all words about colour.\n")
        coco = write_coco(tmp_path / "coco", 2, ["A brown dog lies beside a wooden bench."])
        options = ("--tasks", "reasoning", "--concurrency", "1", "--rules", str(tmp_path / "rules.txt"))
        run = tmp_path / "run"
        assert run_irloom(command(coco, server, run, *options), tmp_path).code == 0
        server.asked.clear()
        resume = ["resume", str(run), "--quiet"]
        assert run_irloom([*resume, "--refresh"], tmp_path, step).code == -9
        assert run_irloom(resume, tmp_path).code == 0, "what was begun is finished"
        assert run_irloom([*resume, "--refresh"], tmp_path).code == 0
        assert server.counts() == {"caption/filter": 1, "task/reasoning": 1, "debate/judge_grounded": 1}
    lines = [json.loads(line) for line in (run / "commits.jsonl").read_text().splitlines()]
    ended = [(line["sample"], line["attempt"], line["rules"]) for line in lines if line["event"] == "commit"]
    assert ended == [("1", 1, 0), ("2", 1, 1), ("1", 2, 1)]
