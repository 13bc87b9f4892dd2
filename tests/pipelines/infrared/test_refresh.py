"""`irloom resume --refresh`: samples that were filtered before a rule was mined, and what that costs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer
from support.coco import write_coco

DIRTY = "A brown dog lies beside a wooden bench."
CLEAN = "A dog rests next to a bench in a park."
ACCEPT = {"verdict": "accept", "category": None, "reason": ""}
REJECT = {"verdict": "reject", "category": "material", "reason": "Wood is not visible."}
MATERIALS = "Delete all words about materials."


def rejecting_once() -> Callable[[str], dict[str, Any]]:
    """Rejects the first instruction of a run."""
    verdicts = iter([REJECT])
    return lambda instruction: next(verdicts, ACCEPT)


def begin(server: ChatServer, folder: Path, *captions: str) -> Path:
    """A run of three samples whose first one teaches a rule."""
    (folder / "rules.txt").write_text("Delete all words about colour.\n")
    options = [*write_coco(folder / "coco", 3, captions).options, "--rules", str(folder / "rules.txt")]
    options += ["--tasks", "reasoning", "--concurrency", "1", "--out", str(folder / "run"), *server.options]
    assert main(["run", "infrared", *options]) == 0
    server.asked.clear()
    return folder / "run"


def mining(**said: str) -> Callable[[Asked, int], str | None]:
    """Answers prompts as given by their last name; what is mined is a rule about materials."""
    texts = {"mine": json.dumps({"rule": MATERIALS}), **said}
    return lambda asked, again: texts.get(asked.prompt.split("/")[-1])


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def commits(out: Path) -> list[dict[str, Any]]:
    return [row for row in rows(out, "commits") if row["event"] == "commit"]


def refresh(out: Path) -> int:
    return main(["resume", str(out), "--quiet", "--refresh"])


def test_a_sample_that_was_filtered_before_a_rule_was_mined_is_done_again_and_paid_for_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChatServer(fault=mining(), judge=rejecting_once()) as server:
        out = begin(server, tmp_path, DIRTY, CLEAN)
        said = " ".join(capsys.readouterr().out.split())
        assert f"stale 1 samples were filtered under older rules: irloom resume {out} --refresh" in said
        assert main(["resume", str(out), "--quiet"]) == 0
        assert server.asked == [], "nothing is done again unasked"
        assert refresh(out) == 0
        asked = server.counts()
        assert asked == {"caption/filter": 1, "task/reasoning": 1, "debate/judge_grounded": 1}
        assert MATERIALS in server.asked_for("caption/filter")[0].fields["rules"]
        capsys.readouterr()
        assert refresh(out) == 0
        assert server.counts() == asked, "a second refresh sends nothing"
        assert "older rules" not in capsys.readouterr().out
    assert [(row["sample"], row["attempt"], row["rules"]) for row in commits(out)] == [
        *(("1", 1, 0), ("2", 1, 1), ("3", 1, 1)),
        ("1", 2, 1),
    ]
    assert [row["origin"] for row in rows(out, "rules")] == ["basic", "mined"], "a refresh teaches nothing"


def test_a_sample_with_no_caption_that_a_rule_touches_is_refreshed_for_nothing(tmp_path: Path) -> None:
    with ChatServer(fault=mining(), judge=rejecting_once()) as server:
        out = begin(server, tmp_path, CLEAN)
        assert refresh(out) == 0
        assert server.asked == []
    last = commits(out)[-1]
    assert (last["sample"], last["attempt"], last["usage"]["requests"]) == ("1", 2, 0)
    assert last["outcome"] == "accepted"


def test_instructions_are_written_again_only_where_a_chosen_caption_changed(tmp_path: Path) -> None:
    with ChatServer(fault=mining(filter="A dog lies beside a bench."), judge=rejecting_once()) as server:
        out = begin(server, tmp_path, DIRTY, CLEAN)
        assert refresh(out) == 0
        assert set(server.counts()) == {"caption/filter"}
    first, second = (row for row in rows(out, "instructions") if row["sample"] == "1")
    assert first["messages"] == second["messages"]


def test_a_summary_counts_a_refreshed_sample_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ChatServer(fault=mining(), judge=rejecting_once()) as server:
        out = begin(server, tmp_path, DIRTY, CLEAN)
        assert refresh(out) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "pairs 6 (3 needed no filtering, 3 rewritten)" in said.rpartition("Done")[2]
    assert "3 samples" in said.rpartition("Done")[2]


def test_new_samples_come_before_stale_ones(tmp_path: Path) -> None:
    with ChatServer(fault=mining(), judge=rejecting_once()) as server:
        (tmp_path / "rules.txt").write_text("Delete all words about colour.\n")
        options = [*write_coco(tmp_path / "coco", 3, [DIRTY]).options, "--rules", str(tmp_path / "rules.txt")]
        options += ["--tasks", "reasoning", "--out", str(tmp_path / "run"), "--limit", "1", "--no-scoring"]
        assert main(["run", "infrared", *options, *server.options]) == 0
        assert main(["resume", str(tmp_path / "run"), "--quiet", "--limit", "3", "--refresh"]) == 0
    ended = [(row["sample"], row["attempt"]) for row in commits(tmp_path / "run")]
    assert ended[0] == ("1", 1)
    assert sorted(ended[1:3]) == [("2", 1), ("3", 1)]
    assert ended[3:] == [("1", 2)]
