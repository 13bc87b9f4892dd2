"""Spending caps, the bound on failures, and the reuse of an older run's paid calls."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from irloom.engine.reader import iterate_rows
from support.chat_server import Asked, ChatServer, refuse
from support.coco import CocoFiles, write_coco


@pytest.fixture
def coco(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CocoFiles:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    return write_coco(tmp_path / "coco", 6)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(
        judge=lambda instruction: {"verdict": "accept", "category": None, "reason": ""}
    ) as server:
        yield server


def run(coco: CocoFiles, server: ChatServer, out: Path, *more: str) -> int:
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    return main(
        [
            "run",
            "infrared",
            *coco.options,
            "--out",
            str(out),
            *backend,
            "--no-translation",
            "--quiet",
            "--filter-all",
            *more,
        ]
    )


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text().splitlines()]


def priced(folder: Path, server: ChatServer) -> str:
    """A configuration with a price of a dollar a thousand tokens, and replies of at most 100 tokens."""
    path = folder / "priced.toml"
    path.write_text(
        f'[chat]\nmax_tokens = 100\n[prices."{server.model}"]\nprompt_usd = 1000\ncompletion_usd = 1000\n'
    )
    return str(path)


def test_a_cap_on_requests_is_never_passed_and_the_run_goes_on_after_it(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert run(coco, server, out, "--max-requests", "10", "--concurrency", "4") == 3
    assert len(server.asked) == 10
    said = capsys.readouterr().err
    assert "spending cap of 10 requests" in said
    assert f"irloom resume {out}" in said
    assert main(["resume", str(out), "--quiet", "--max-requests", "25"]) == 3
    assert len(server.asked) == 25, "what was spent before counts, replayed calls do not"
    assert main(["resume", str(out), "--quiet", "--max-requests", "1000"]) == 0
    assert len(server.asked) == 6 * (3 + 3 * 2)
    assert not [asked for asked in server.asked_twice() if asked.prompt == "caption/filter"]


def test_a_cap_on_tokens_counts_requests_in_flight_at_their_worst(
    coco: CocoFiles, server: ChatServer, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    server.delay_s = 0.05
    assert run(coco, server, out, "--max-tokens", "3000", "--config", priced(tmp_path, server)) == 3
    spent = sum(50 + 20 * asked.body.get("n", 1) for asked in server.answered)
    assert 1_200 < spent <= 3_000


def test_a_cap_on_cost_uses_the_configured_price_and_the_commit_carries_it(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert (
        run(coco, server, out, "--max-cost", "1000", "--config", priced(tmp_path, server), "--limit", "1")
        == 0
    )
    (commit,) = [row for row in rows(out, "commits") if row["event"] == "commit"]
    usage = commit["usage"]
    assert usage["cost_usd"] == pytest.approx((usage["prompt_tokens"] + usage["completion_tokens"]) / 1000)
    assert f"${usage['cost_usd']:,.4f}" in capsys.readouterr().out


def test_a_cap_on_cost_without_a_price_is_refused_before_there_is_a_run(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(coco, server, tmp_path / "run", "--max-cost", "5") == 2
    assert "needs prices" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    assert server.asked == []


def test_a_known_model_has_its_price_from_the_list() -> None:
    from irloom.backends.prices import find_price
    from irloom.options import OpenAIOptions, RulesOptions

    price = find_price(OpenAIOptions(model="gpt-4o-mini"), {})
    assert price is not None
    assert 0 < price.prompt_usd < price.completion_usd
    assert find_price(OpenAIOptions(model="gpt-4o-mini", base_url="http://localhost:8000/v1"), {}) is None
    assert find_price(RulesOptions(), {}) is not None


def test_one_row_in_many_that_always_fails_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    coco = write_coco(tmp_path / "coco", 60, captions=["A dog sits."])

    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        return (
            refuse(400, "content policy violation")
            if "number 17 " in asked.fields.get("caption", "")
            else None
        )

    with ChatServer(fault=fault) as server:
        assert run(coco, server, tmp_path / "run", "--tasks", "none", "--concurrency", "8") == 1
    failed = rows(tmp_path / "run", "failed")
    assert [row["sample"] for row in failed] == ["17"]
    assert "content policy" in failed[0]["message"]
    assert len({row["sample"] for row in rows(tmp_path / "run", "pairs")}) == 59


@pytest.mark.parametrize("bound", ["4", "0.2"])
def test_a_hopeless_run_stops_and_explains_itself(
    bound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    coco = write_coco(tmp_path / "coco", 80, captions=["A dog sits."])

    def refuse_all_but_one(asked: Asked, again: int) -> web.StreamResponse | None:
        """Where nothing were ever answered, the endpoint would be to blame."""
        return None if len(refusing.asked) == 1 else refuse(400, "no dogs here")

    with ChatServer(fault=refuse_all_but_one) as refusing:
        out = tmp_path / "run"
        assert run(coco, refusing, out, "--tasks", "none", "--concurrency", "1", "--max-failures", bound) == 3
    said = capsys.readouterr().err
    assert " x filter: HTTP 400: no dogs here" in said
    assert f"max_failures = {bound}" in said
    done = [row for row in rows(out, "commits") if row["event"] == "commit"]
    assert len(done) == 1 + (5 if bound == "4" else 11)


def test_a_changed_judge_prompt_pays_the_debates_again_and_nothing_before_them(
    coco: CocoFiles, server: ChatServer, tmp_path: Path
) -> None:
    assert run(coco, server, tmp_path / "old", "--no-mining") == 0
    assert main(["prompts", "copy", str(tmp_path / "prompts")]) == 0
    judge = tmp_path / "prompts" / "debate" / "judge_grounded.md"
    judge.write_text(judge.read_text().replace("Be exact and thorough.", "Be strict."))
    before, old = len(server.asked), server.recognise
    server.recognise = lambda body: _recognise_strict(old, body)
    options = ["--no-mining", "--prompts", str(tmp_path / "prompts"), "--reuse", str(tmp_path / "old")]
    assert run(coco, server, tmp_path / "new", *options) == 0
    asked = [asked.prompt for asked in server.asked[before:]]
    assert asked == ["debate/judge_grounded"] * (6 * 3)
    turns = [turn for row in rows(tmp_path / "new", "transcripts") for turn in row["turns"]]
    assert {turn.get("paid_in") for turn in turns if turn["stage"] != "judge"} == {0}
    usage = sum(
        row["usage"]["requests"] for row in rows(tmp_path / "new", "commits") if row["event"] == "commit"
    )
    assert usage == 6 * 3
    for name in ("pairs", "instructions"):
        strip = [{k: v for k, v in row.items() if k != "prompts"} for row in rows(tmp_path / "new", name)]
        assert {json.dumps(row) for row in strip} == {
            json.dumps({k: v for k, v in row.items() if k != "prompts"})
            for row in rows(tmp_path / "old", name)
        }


def test_what_failed_or_was_cut_is_asked_again_by_the_run_that_reuses(
    coco: CocoFiles, tmp_path: Path, server: ChatServer
) -> None:
    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        return refuse(400, "not today") if asked.prompt == "task/reasoning" else None

    with ChatServer(fault=fault, judge=server.judge) as faulty:
        assert run(coco, faulty, tmp_path / "old", "--no-mining") == 1
    options = ["--no-mining", "--reuse", str(tmp_path / "old")]
    assert run(coco, server, tmp_path / "new", *options) == 0
    assert sorted({asked.prompt for asked in server.asked}) == ["debate/judge_grounded", "task/reasoning"]
    assert len(server.asked) == 6 * 2


def _recognise_strict(recognise: Any, body: dict[str, Any]) -> Asked:
    """Take the edited judge prompt for the embedded one."""
    system, user = body["messages"]
    known = {**system, "content": system["content"].replace("Be strict.", "Be exact and thorough.")}
    asked = recognise({**body, "messages": [known, user]})
    return Asked(asked.prompt, asked.fields, body)


def test_a_dry_run_measures_a_few_samples_and_leaves_nothing_behind(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    options = ["--dry-run", "2", "--share", "reasoning=0.5", "--config", priced(tmp_path, server)]
    assert run(coco, server, out, *options) == 0
    assert not out.exists()
    assert len(server.asked) == 2 * (3 + 3 * 2)
    said = capsys.readouterr().out
    table = {line.split()[0]: line.split()[1] for line in said.splitlines() if "/" in line}
    assert table["caption/filter"] == "18", "six samples of three captions"
    assert table["task/reasoning"] == "3", "half of them get this task"
    assert table["task/description"] == "6"
    assert "rows      18 pairs, 15 instructions" in said
    assert f"requests  {18 + 2 * (6 + 3 + 6)}" in said
    assert "cost      $" in said


def test_a_retry_whose_image_is_gone_leaves_what_was_made_before(
    coco: CocoFiles, tmp_path: Path, server: ChatServer
) -> None:
    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        return refuse(400, "not today") if asked.prompt == "task/reasoning" else None

    out = tmp_path / "run"
    with ChatServer(fault=fault, judge=server.judge) as faulty:
        assert run(coco, faulty, out) == 1
    before = list(iterate_rows(out, "instructions"))
    assert len(before) == 6 * 2
    (coco.images / "000002.png").unlink()
    assert main(["resume", str(out), "--retry-failed", "--quiet", "--base-url", server.url]) == 1
    after = list(iterate_rows(out, "instructions"))
    assert [row for row in after if row["sample"] == "2"] == [row for row in before if row["sample"] == "2"]
    assert len(after) == 5 * 3 + 2


def test_failed_samples_can_be_retried_after_too_many_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ChatServer
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    coco, out = write_coco(tmp_path / "coco", 12, captions=["A dog sits."]), tmp_path / "run"

    def refuse_all_but_one(asked: Asked, again: int) -> web.StreamResponse | None:
        return None if len(faulty.asked) == 1 else refuse(400, "out of order")

    with ChatServer(fault=refuse_all_but_one) as faulty:
        assert run(coco, faulty, out, "--tasks", "none", "--max-failures", "4", "--concurrency", "1") == 3
    assert main(["resume", str(out), "--retry-failed", "--quiet", "--base-url", server.url]) == 0
    assert len(list(iterate_rows(out, "pairs"))) == 12


def test_a_run_goes_on_when_the_run_that_it_reused_is_gone(
    coco: CocoFiles, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(coco, server, tmp_path / "old", "--no-mining") == 0
    options = ["--no-mining", "--reuse", str(tmp_path / "old"), "--limit", "2"]
    assert run(coco, server, tmp_path / "new", *options) == 0
    shutil.rmtree(tmp_path / "old")
    assert main(["resume", str(tmp_path / "new"), "--limit", "6", "--quiet"]) == 0
    assert "no longer reused" in capsys.readouterr().err
    assert len({row["sample"] for row in iterate_rows(tmp_path / "new", "pairs")}) == 6


def test_half_a_surrogate_pair_in_an_error_fails_its_sample_alone(coco: CocoFiles, tmp_path: Path) -> None:
    def fault(asked: Asked, again: int) -> web.StreamResponse | None:
        if "number 2 " not in asked.fields.get("caption", ""):
            return None
        return web.Response(status=400, body=b'{"error": {"message": "cannot tokenise \\ud83d"}}')

    with ChatServer(fault=fault) as server:
        assert run(coco, server, tmp_path / "run", "--tasks", "none") == 1
    assert {row["sample"] for row in rows(tmp_path / "run", "failed")} == {"2"}
