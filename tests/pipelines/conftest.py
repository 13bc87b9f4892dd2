"""An endpoint that accepts, one image with its annotations, and no cache but the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.chat_server import ChatServer
from support.coco import CocoFiles, write_coco

ACCEPT = {"verdict": "accept", "category": None, "reason": ""}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "secret")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(judge=lambda instruction: ACCEPT) as server:
        yield server


@pytest.fixture
def coco(tmp_path: Path) -> CocoFiles:
    return write_coco(tmp_path / "coco", 1)
