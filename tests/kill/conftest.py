"""Kill tests: a server that answers by the request alone, and runs that are compared byte for byte."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.chat_server import ChatServer
from support.coco import CocoFiles, write_coco

ROWS = ("pairs", "instructions", "rejected", "rejected_pairs", "failed", "rules")
TIMES = {"time", "latency_ms", "ends", "sum", "transcripts.jsonl"}
"""What differs from run to run: times, and what is counted or summed up over lines with times in them."""


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with ChatServer(delay_s=0.002) as server:
        yield server


@pytest.fixture(scope="module")
def coco(tmp_path_factory: pytest.TempPathFactory) -> CocoFiles:
    return write_coco(tmp_path_factory.mktemp("coco"), 3)


def command(coco: CocoFiles, server: ChatServer, out: Path, *more: str) -> list[str]:
    """A run against the server with the translation off, so that torch is not loaded."""
    backend = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
    return [
        "run",
        "infrared",
        *coco.options,
        "--out",
        str(out),
        *backend,
        "--no-translation",
        "--quiet",
        *more,
    ]


def rows_of(run: Path) -> dict[str, bytes]:
    """The data files and images as they are on disk."""
    found = {name: (run / f"{name}.jsonl").read_bytes() for name in ROWS}
    return found | {path.name: path.read_bytes() for path in sorted((run / "images").iterdir())}


def timeless(run: Path, name: str) -> list[Any]:
    """Rows of a file without times (and without the offsets that depend on their digits)."""
    return [_strip(json.loads(line)) for line in (run / f"{name}.jsonl").read_text().splitlines()]


def _strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strip(part) for key, part in value.items() if key not in TIMES}
    return [_strip(part) for part in value] if isinstance(value, list) else value
