"""A run is one process's, from the reading of its inputs to its last commit."""

import time
from pathlib import Path

import orjson
import pytest
from aiohttp import web

from irloom.cli.main import main
from irloom.engine import lock
from irloom.engine.summary import summarise
from support.chat_server import Asked, ChatServer
from support.coco import write_coco


def test_a_run_that_another_host_took_over_commits_nothing_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(lock, "HEARTBEAT_S", 0.01)
    coco, out = write_coco(tmp_path / "coco", 4, captions=["A dog sits."]), tmp_path / "run"

    def take_over(asked: Asked, again: int) -> web.StreamResponse | None:
        owner = orjson.dumps({"host": "elsewhere", "pid": 7, "seen": time.time()}).ljust(200)
        while "number 3 " in asked.fields["caption"] and b"elsewhere" not in (out / "lock").read_bytes():
            with (out / "lock").open("r+b") as file:
                file.write(owner)
            time.sleep(0.2)  # some heartbeats, one of which may have come in between
        return None

    with ChatServer(fault=take_over) as server:
        flow = ["--tasks", "none", "--no-translation", "--concurrency", "1"]
        assert main(["run", "infrared", *coco.options, "--out", str(out), *server.options, *flow]) == 3
    assert "was taken over by process 7 on elsewhere" in capsys.readouterr().err
    assert summarise(out).samples == 2
    assert orjson.loads((out / "lock").read_bytes())["host"] == "elsewhere"
