"""Sandboxes that several tests share, on an event loop of their own."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from irloom.drawings import Drawing, DrawingFault, DrawingJob, SandboxLevel
from irloom.errors import ConfigError
from irloom.sandbox.canary import Outcomes, try_to_escape
from irloom.sandbox.levels import Probe, SandboxOptions, open_sandbox
from irloom.sandbox.runner import Sandbox

T = TypeVar("T")


class Studio:
    """Draws at any level; each level's servers are started when they are first asked for."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._opened: dict[SandboxLevel, tuple[Sandbox, Probe] | ConfigError] = {}

    def open(self, level: SandboxLevel) -> Probe | ConfigError:
        """Give what the probe found, or why this level cannot be had here."""
        if level not in self._opened:
            options = SandboxOptions(level=level, workers=1, cache=self._cache)
            try:
                self._opened[level] = self._call(open_sandbox(options))
            except ConfigError as error:
                self._opened[level] = error
        opened = self._opened[level]
        return opened if isinstance(opened, ConfigError) else opened[1]

    def warm(self, level: SandboxLevel) -> None:
        """Have a server run: the last one may have been replaced, and be started by the next job only."""
        opened = self._opened[level]
        assert isinstance(opened, tuple)
        self._call(opened[0].open())

    def draw(self, source: str, level: SandboxLevel = "standard", **job: Any) -> Drawing | DrawingFault:
        """Run a script; its time is so long that only a hang, and no busy machine, uses it up."""
        probe = self.open(level)
        assert isinstance(probe, Probe), probe
        opened = self._opened[level]
        assert isinstance(opened, tuple)
        return self._call(opened[0].draw(DrawingJob(source, **{"seed": 1, "wall_s": 90.0} | job)))

    def escape(self, level: SandboxLevel) -> Outcomes | str:
        """Let the canary try to get out."""
        opened = self._opened[level]
        assert isinstance(opened, tuple)
        return self._call(try_to_escape(opened[0]))

    def close(self) -> None:
        """End every server."""
        for opened in self._opened.values():
            if isinstance(opened, tuple):
                self._call(opened[0].close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._loop.shutdown_default_executor())

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
