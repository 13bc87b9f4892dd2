"""A whole run against an endpoint that throttles, breaks, hangs and lies, and then against a healthy one."""

import asyncio
import json
import random
import socket
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from support.chat_server import ChatServer, complete, refuse
from support.coco import write_coco

SAMPLES = 18
EVIL = 7
"""The sample that the endpoint cannot stand: it says 500 whenever it comes up."""


class Fire(ChatServer):
    """Does something wrong with two requests in five, never the same for long."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.chance = random.Random(11)
        self.done: Counter[str] = Counter()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        if f"number {EVIL} " in str(body["messages"][1]["content"]):
            return refuse(500, "CUDA error: an illegal memory access was encountered")
        trouble = self.chance.choices(
            ["", "429", "429 in words", "500", "503", "reset", "hang", "empty", "cut", "prose", "filter"],
            [70, 2, 1, 5, 2, 5, 2, 4, 2, 6, 0.5],
        )[0]
        if self.in_flight >= 12:
            trouble = "429"
        self.done[trouble] += 1
        if trouble in {"", "prose"}:
            answer = await super()._chat(request)
            return _surround(answer) if trouble else answer
        return await self._go_wrong(trouble, request)

    async def _go_wrong(self, trouble: str, request: web.Request) -> web.StreamResponse:
        if trouble == "hang":
            await asyncio.sleep(4)
        if trouble == "reset":
            assert request.transport is not None
            sock = request.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.transport.abort()
        answers = {
            "429": lambda: refuse(429, "Rate limit reached", headers={"Retry-After": "0.05"}),
            "429 in words": lambda: refuse(429, "slow down"),
            "500": lambda: refuse(500, "internal error"),
            "503": lambda: refuse(503, "overloaded"),
            "empty": lambda: web.json_response({"choices": [], "usage": {"prompt_tokens": 50}}),
            "cut": lambda: complete(['{"question": "Why?", "ans'], self.model, "length"),
            "filter": lambda: refuse(400, "flagged by the content policy", code="content_filter"),
        }
        return answers.get(trouble, lambda: complete(["late"], self.model))()


def _surround(answer: web.StreamResponse) -> web.StreamResponse:
    assert isinstance(answer, web.Response)
    assert isinstance(answer.body, bytes)
    body = json.loads(answer.body)
    for choice in body.get("choices", ()):
        text = choice["message"]["content"]
        if text.startswith("{"):
            choice["message"]["content"] = f"Sure! Here you are:\n```json\n{text}\n```\nAnything else?"
    return web.json_response(body, status=answer.status)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    """Every line must be whole."""
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def commits(out: Path, attempt: int) -> dict[str, dict[str, Any]]:
    """By sample; each at most once an attempt."""
    found = [row for row in rows(out, "commits") if row["event"] == "commit" and row["attempt"] == attempt]
    assert len({row["sample"] for row in found}) == len(found), "exactly one commit"
    return {row["sample"]: row for row in found}


def check_rows(out: Path) -> None:
    """No row of a sample that was not committed, none twice, and each failure with its reason."""
    done = {(row["sample"], row["attempt"]) for row in rows(out, "commits") if row["event"] == "commit"}
    for name in ("pairs", "instructions", "rejected", "failed"):
        assert {(row["sample"], row["attempt"]) for row in rows(out, name)} <= done
    pairs = [(row["sample"], row["attempt"], row["caption_index"]) for row in rows(out, "pairs")]
    told = [
        (row["sample"], row["attempt"], row["task"])
        for name in ("instructions", "rejected")
        for row in rows(out, name)
    ]
    assert len(set(pairs)) == len(pairs)
    assert len(set(told)) == len(told)
    for row in rows(out, "failed"):
        assert row["error"] in {"EndpointError", "ModelReplyError", "ContentRefused"}
        assert row["message"]
        assert row["stage"]


def test_a_run_through_fire_accounts_for_every_sample_and_a_retry_completes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coco, out = write_coco(tmp_path / "coco", SAMPLES), tmp_path / "run"
    config = tmp_path / "fire.toml"
    with Fire(delay_s=0.12) as fire:
        config.write_text(
            f'[chat]\nkind = "openai"\nmodel = "{fire.model}"\nbase_url = "{fire.url}"\n'
            "timeout_s = 2.0\nfirst_backoff_s = 0.05\nmax_retries = 5\n"
        )
        arguments = [*coco.options, "--out", str(out), "--config", str(config), "--no-translation", "--quiet"]
        assert main(["run", "infrared", "--profile", "openai", *arguments, "--concurrency", "6"]) == 1
        assert set(fire.done) >= {"429", "500", "503", "reset", "hang", "empty", "cut", "prose"}
    first = commits(out, 1)
    assert len(first) == SAMPLES
    check_rows(out)
    failed = {sample for sample, commit in first.items() if commit["outcome"] == "failed"}
    assert 0 < len(failed) < SAMPLES
    evil = [row for row in rows(out, "failed") if "CUDA error" in row["message"]]
    assert len({row["sample"] for row in evil}) == 1
    assert "asked 6 times" in evil[0]["message"]

    with ChatServer(model=fire.model) as healthy:
        again = ["resume", str(out), "--retry-failed", "--quiet", "--base-url", healthy.url]
        assert main(again) == 0, capsys.readouterr().err
    assert set(commits(out, 2)) == failed
    assert all(commit["outcome"] != "failed" for commit in commits(out, 2).values())
    check_rows(out)
