"""`transformers serve`, started once, and models for it that are made here."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

START_S = 120


class Served(NamedTuple):
    """A running server, and the names of the models that it can load."""

    url: str
    speaker: str
    """Says `A dog lies beside the bench` to everything."""
    seer: str
    """Says 90 of a bright image and 10 of a dark one."""
    judge: str
    """Sees, and accepts everything."""


@contextmanager
def serve(folder: Path, *arguments: str) -> Iterator[str]:
    """Run the server without a network; its base URL."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", *arguments]
    options = ["--device", "cpu", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub")}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}/health", server, folder / "server.log")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"`transformers serve` did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """Speaker, seer and judge, as they are loaded by name."""
    from served.tiny_models import make_seer, make_speaker

    folder = tmp_path_factory.mktemp("models")
    return (
        make_speaker(folder / "speaker", "A dog lies beside the bench"),
        make_seer(folder / "seer", bright="90", dark="10"),
        make_seer(folder / "judge", bright="ACCEPT", dark="ACCEPT"),
    )


@pytest.fixture(scope="session")
def served(models: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that loads any of the models."""
    with serve(tmp_path_factory.mktemp("server")) as url:
        yield Served(url, *models)
