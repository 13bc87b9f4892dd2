"""Runs contestants over one server, and takes the cost of starting out of what they used."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants.commands import REQUESTS, Contestant, Work
from benchmarks.local_server import LocalServer
from benchmarks.processes import run


@dataclass(frozen=True)
class Shape:
    """A delay, how many requests are in flight, and how many rows are run."""

    delay_s: float
    in_flight: int
    rows: int

    @property
    def ideal(self) -> float:
        """Requests per second if nothing but the delay cost time."""
        return self.in_flight / self.delay_s

    def __str__(self) -> str:
        return f"{self.delay_s * 1000:g} ms, {self.in_flight} in flight"


@dataclass(frozen=True)
class Result:
    """One run, less its start."""

    requests: int
    share: float
    """Of the ideal requests per second, from the first request to the last reply."""
    steady: float
    """The same over the middle half of the replies, without how it begins and ends."""
    cpu_ms: float
    """User and system time a request."""
    rss_mb: float
    peak: int


@dataclass(frozen=True)
class Start:
    """What a run of hardly any rows used."""

    cpu_s: float
    requests: int


class Race:
    """Contestants run one after the other, each in a process of its own."""

    def __init__(self, server: LocalServer, folder: Path, starts: int = 2, start_rows: int = 8) -> None:
        self._server = server
        self._folder = folder
        self._starts = starts
        """Runs of which the cheapest counts as the start: the first one also fills caches."""
        self._start_rows = start_rows
        self._known: dict[str, Start] = {}

    def go(self, one: Contestant, shape: Shape) -> Result:
        """Run one contestant; how it starts is measured once."""
        start = self._known.get(one.name) or self._measure_start(one, shape)
        self._known[one.name] = start
        self._server.control(delay_s=shape.delay_s)
        cpu_s, rss_mb, stats = self._run(one, shape, shape.rows)
        requests = int(stats["requests"])
        return Result(
            requests=requests,
            share=stats["rate"] / shape.ideal,
            steady=stats["steady_rate"] / shape.ideal,
            cpu_ms=1000 * (cpu_s - start.cpu_s) / (requests - start.requests),
            rss_mb=rss_mb,
            peak=int(stats["peak"]),
        )

    def _measure_start(self, one: Contestant, shape: Shape) -> Start:
        self._server.control(delay_s=0.0)
        tries = []
        for _ in range(self._starts):
            cpu_s, _, stats = self._run(one, shape, self._start_rows)
            tries.append(Start(cpu_s, int(stats["requests"])))
        return min(tries, key=lambda start: start.cpu_s)

    def _run(self, one: Contestant, shape: Shape, rows: int) -> tuple[float, float, dict[str, float]]:
        """`rows` are counted at three requests a row, so that all make about as many requests."""
        out = self._folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        self._server.reset()
        work = Work(max(1, round(rows * REQUESTS / one.requests_a_row)), shape.in_flight, out)
        ran = run(one.command(work), self._folder / "logs", one.name.replace(" ", "_")).check(0)
        return ran.cpu_s, ran.rss_mb, self._server.stats()
