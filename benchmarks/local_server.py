"""The mock server in a process of its own, and how a benchmark talks to it."""

import json
import subprocess
import sys
import time
import urllib.request
from typing import Any, Self

from benchmarks.processes import ROOT, Child


class LocalServer:
    """Use it with `with`; `url` is the base URL for a client."""

    def __init__(self, **settings: Any) -> None:
        self._settings = settings

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.server"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port, self._control_port = map(int, self._process.stdout.readline().split())
        self.control(**self._settings)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def control(self, **settings: Any) -> None:
        """Change how the server behaves; see `benchmarks.server.Settings`."""
        self._ask("/control", json.dumps(settings).encode())

    def go_away(self) -> None:
        """Refuse connections, and break those that are open."""
        self._ask("/close", b"")

    def come_back(self) -> None:
        """Take connections again, at the same port."""
        self._ask("/open", b"")

    def reset(self) -> None:
        """Forget what was counted."""
        self._ask("/reset", b"")

    def stats(self) -> dict[str, Any]:
        """What was counted; see `benchmarks.server.Counts`."""
        found: dict[str, Any] = self._ask("/stats")
        return found

    def asked(self, since: int = 0) -> list[int | None]:
        """The seeds of the requests from a position on."""
        found: list[int | None] = self._ask(f"/asked?since={since}")
        return found

    def wait_for(self, requests: int, child: Child) -> dict[str, Any]:
        """Wait until so many requests have come in, or the client has ended."""
        while (stats := self.stats())["requests"] < requests and child.running:
            time.sleep(0.01)
        return stats

    def wait_until_idle(self) -> dict[str, Any]:
        """Wait until what a killed client has left behind was answered."""
        while (stats := self.stats())["in_flight"]:
            time.sleep(0.02)
        return stats

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        address = f"http://127.0.0.1:{self._control_port}{path}"
        with urllib.request.urlopen(address, body, timeout=60) as reply:
            return json.loads(reply.read())
