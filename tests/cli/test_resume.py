"""`irloom resume` says what it goes on with, and what it cannot."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer, refuse
from support.coco import CocoFiles, write_coco

ACCEPT = {"verdict": "accept", "category": None, "reason": ""}


@pytest.fixture
def coco(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CocoFiles:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    return write_coco(tmp_path / "coco", 1)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(judge=lambda instruction: ACCEPT) as server:
        yield server


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def test_settings_that_change_before_anything_is_committed_are_named_with_what_was_paid(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def expire(asked: Asked, again: int) -> web.StreamResponse | None:
        return refuse(401, "expired") if asked.prompt == "debate/judge_grounded" else None

    out, config = tmp_path / "run", tmp_path / "more.toml"
    server.fault = expire
    assert main(["run", "infrared", *coco.options, "--out", str(out), *server.options]) == 2
    paid = len(server.answered)
    assert paid >= 4
    assert [row["event"] for row in rows(out, "commits")] == ["start", "admit"]
    capsys.readouterr()
    server.fault = None
    server.asked.clear()
    config.write_text("judge_sees = []\n")
    assert main(["resume", str(out), "--quiet", "--config", str(config)]) == 0
    said = capsys.readouterr().err
    assert "Going on under other conditions:\n  judge_sees: was ['captions'], now []" in said
    assert f"{paid} requests were paid for samples that are not finished" in said
    assert not server.asked_for("caption/filter"), "their answers are used where the same is asked"
    (line,) = [row for row in rows(out, "commits") if row["event"] == "accept_changes"]
    assert line["changes"] == ["judge_sees: was ['captions'], now []"]
    usage = [row["usage"]["requests"] for row in rows(out, "commits") if row["event"] == "commit"]
    assert usage == [len(server.answered)], "and they stay on the bill"


def test_settings_that_change_before_anything_was_asked_are_named(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    server.key = "another"
    assert main(["run", "infrared", *coco.options, "--out", str(out), *server.options]) == 2
    server.key = None
    capsys.readouterr()
    server.model = "better"
    assert main(["resume", str(out), "--quiet", "--model", "better"]) == 0
    said = capsys.readouterr().err
    assert "chat.model: was 'test-model', now 'better'" in said
    assert "were paid" not in said
    assert main(["resume", str(out), "--quiet"]) == 0
    assert "other conditions" not in capsys.readouterr().err, "said once"


def test_a_run_that_lost_its_empty_folders_goes_on_under_other_conditions(
    coco: CocoFiles, server: ChatServer, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    server.key = "another"
    assert main(["run", "infrared", *coco.options, "--out", str(out), *server.options]) == 2
    server.key = None
    for name in ("journal", "images"):
        for path in (out / name).iterdir():
            path.unlink()
        (out / name).rmdir()
    server.model = "better"
    assert main(["resume", str(out), "--quiet", "--model", "better"]) == 0


@pytest.mark.parametrize("stage", ["nosuch", "draw", "Judge", ""])
def test_a_stage_that_the_flow_of_the_run_does_not_have_is_one_message_that_names_those_it_has(
    stage: str, coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    command = ["run", "infrared", *coco.options, "--out", str(out), "--tasks", "none", "--quiet"]
    assert main([*command, "--no-translation"]) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert main(["resume", str(out), "--stage", "judge", "--stage", stage]) == 2
    assert capsys.readouterr().err == (
        f"irloom: the flow 'infrared' has no stage {stage!r}; "
        "it has source, translate, caption, filter, score, write, judge, verify, mine.\n"
    )
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_flow_that_learns_no_rules_has_nothing_to_refresh(
    coco: CocoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--limit", "1", "--families", "1", "--subcategories", "color", "--quiet"]
    assert main(["run", "cir", *coco.options, "--out", str(tmp_path / "run"), *options]) in {0, 1}
    capsys.readouterr()
    assert main(["resume", str(tmp_path / "run"), "--refresh", "--quiet"]) == 2
    assert "the flow 'cir' learns no rules" in capsys.readouterr().err
