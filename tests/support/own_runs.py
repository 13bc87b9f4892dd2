"""Runs a benchmark of a test's own making against a chat server that takes any prompt."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer
from support.own_bench import write_items


def run_own(
    folder: Path, server: ChatServer, items: Sequence[Mapping[str, Any]], *more: str
) -> tuple[int, Path]:
    """Exit code and run; the server sees the text of each request as `text`."""
    see_texts(server)
    run = folder / "run"
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    data = ["--data", str(write_items(folder, items)), "--out", str(run), "--quiet"]
    return main(["run", "own", *data, *backend, *more]), run


def see_texts(server: ChatServer) -> None:
    """Have the server recognise no prompt, and hand on the words of every request."""
    server.recognise = lambda body: Asked("any", {"text": _read_text(body)}, body)


def _read_text(body: Mapping[str, Any]) -> str:
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else str(content[-1]["text"])


def read_rows(run: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a data file."""
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text("utf-8").splitlines()]
