"""Spending caps against an endpoint that bills every reply in full, and spoils many of them."""

import json
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from irloom.cli.main import main
from irloom.engine.summary import summarise
from support.chat_server import ChatServer
from support.coco import CocoFiles, write_coco
from support.killing import run_irloom, start_irloom

MAX_TOKENS = 400
"""So many that a request costs nearly what it can cost at most."""
PRICE_USD = 1000.0
"""A million tokens, of either kind."""


class Greedy(ChatServer):
    """Bills each request with its whole prompt and every reply at its longest, whatever comes of it.

    Its first reply is never spoilt: where none could ever be used the run would stop before it meets a cap.
    """

    def __init__(self, spoilt: float) -> None:
        super().__init__(delay_s=0.01)
        self.billed: Counter[str] = Counter()
        self.spoilt = spoilt
        self.chance = random.Random(5)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        usage = {
            "prompt_tokens": sum(len(message["content"]) for message in body["messages"]) // 4,
            "completion_tokens": body.get("n", 1) * body["max_tokens"],
        }
        self.billed.update(requests=1, tokens=sum(usage.values()))
        trouble = "none"
        if self.billed["requests"] > 1 and self.chance.random() < self.spoilt:
            trouble = self.chance.choice(["empty", "broken", "cut", "dropped"])
        answer = await super()._chat(request)
        assert isinstance(answer, web.Response)
        assert isinstance(answer.body, bytes)
        match trouble:
            case "empty":
                return web.json_response({"choices": [], "usage": usage})
            case "broken":
                return web.Response(body=answer.body[:40])
            case "cut":
                half = web.StreamResponse(headers={"Content-Length": "5000"})
                await half.prepare(request)
                await half.write(answer.body[:10])
                hang_up(request)
                return half
            case "dropped":
                hang_up(request)
        return web.json_response({**json.loads(answer.body), "usage": usage})

    def bill(self, name: str) -> float:
        """What was billed so far, in the unit of a cap."""
        return self.billed["tokens"] * PRICE_USD / 1e6 if name == "cost" else self.billed[name]


def hang_up(request: web.Request) -> None:
    if request.transport is not None:  # the process that asked may have been killed
        request.transport.close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


def command(server: Greedy, coco: CocoFiles, out: Path) -> list[str]:
    config = out.with_suffix(".toml")
    config.write_text(
        f"[chat]\nmax_tokens = {MAX_TOKENS}\nfirst_backoff_s = 0.005\ntimeout_s = 5\n"
        f'[prices."{server.model}"]\nprompt_usd = {PRICE_USD}\ncompletion_usd = {PRICE_USD}\n'
    )
    more = ["--config", str(config), "--concurrency", "8", "--no-mining"]
    return ["run", "infrared", *coco.options, "--out", str(out), *server.options, *more]


CAPS = [("requests", 60.0), ("tokens", 100_000.0), ("cost", 100.0)]


@pytest.mark.parametrize(("name", "cap"), CAPS)
def test_replies_that_are_billed_and_cannot_be_used_never_pass_the_cap(
    name: str, cap: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coco, out = write_coco(tmp_path / "coco", 12), tmp_path / "run"
    option = f"--max-{name}"
    with Greedy(spoilt=0.5) as server:
        assert main([*command(server, coco, out), option, f"{cap:g}"]) == 3
        assert "spending cap" in capsys.readouterr().err
        assert cap * 0.7 <= server.bill(name) <= cap
        assert main(["resume", str(out), "--quiet", option, f"{2 * cap:g}"]) == 3
        assert cap < server.bill(name) <= 2 * cap
        server.spoilt = 0.0
        assert main(["resume", str(out), "--quiet", option, "10000000"]) in {0, 1}
    assert summarise(out).samples == 12


@pytest.mark.parametrize(("name", "cap"), CAPS)
def test_replies_that_are_spoilt_after_the_first_never_pass_the_cap(
    name: str, cap: float, tmp_path: Path
) -> None:
    coco, out = write_coco(tmp_path / "coco", 12), tmp_path / "run"
    with Greedy(spoilt=1.0) as server:
        assert main([*command(server, coco, out), f"--max-{name}", f"{cap:g}"]) == 3
        assert cap / 2 <= server.bill(name) <= cap


@pytest.mark.parametrize(("name", "cap"), CAPS)
def test_kills_in_the_midst_of_requests_never_let_the_cap_be_passed(
    name: str, cap: float, tmp_path: Path
) -> None:
    coco, out = write_coco(tmp_path / "coco", 12), tmp_path / "run"
    arguments = [f"--max-{name}", f"{cap:g}"]
    with Greedy(spoilt=0.3) as server:
        server.delay_s = 0.05
        begun = command(server, coco, out)
        for kill in range(1, 4):
            started = start_irloom([*begun, *arguments], tmp_path / "processes")
            wanted = cap * kill / 16
            while server.bill(name) < wanted and started.process.is_alive():
                time.sleep(0.005)
            started.signal(signal.SIGKILL)
            assert started.wait().code == -signal.SIGKILL
            begun = ["resume", str(out), "--quiet"]
        ended = run_irloom([*begun, *arguments], tmp_path / "processes")
        assert ended.code == 3, ended.said
        assert cap / 4 <= server.bill(name) <= cap, "what was on its way at a kill counts, come or not"
        again = run_irloom([*begun, *arguments], tmp_path / "processes")
        assert again.code == 3, again.said
        assert server.bill(name) <= cap, "and a resume under the same cap sends nothing that does not fit"
        server.spoilt = 0.0
        ended = run_irloom(
            ["resume", str(out), "--quiet", f"--max-{name}", "10000000"], tmp_path / "processes"
        )
        assert ended.code in {0, 1}, ended.said
    assert summarise(out).samples == 12


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_what_was_lost_stays_counted_over_a_run_without_a_cap(tmp_path: Path) -> None:
    coco, out = write_coco(tmp_path / "coco", 2), tmp_path / "run"
    with Greedy(spoilt=0.5) as server:
        main([*command(server, coco, out), "--limit", "1"])
        billed = server.billed["requests"]
        assert read(out / "spending.json")["requests"] == billed
        main(["resume", str(out), "--quiet", "--limit", "2", "--max-requests", str(billed)])
        assert server.billed["requests"] == billed
