"""Minutes of every fault at once, the process killed every few seconds, and then a healthy end.

429 with and without `Retry-After`, 500, 503, resets, hangs, slow trickles, empty choices, cut and wrong
JSON, prose, thinking, cut replies, filters, refusals, poisoned samples, a cap, an endpoint that is gone for
a while, SIGKILL and SIGTERM. Afterwards the endpoint is healthy, failed samples are retried, and every
sample must be accounted for exactly once.
"""

import argparse
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.accounting import check_run
from benchmarks.inputs import CAPTIONS, write_coco, write_config
from benchmarks.local_server import LocalServer
from benchmarks.processes import Child, irloom, workplace
from benchmarks.report import print_machine, print_table
from benchmarks.run_files import commits_of

FAULTS = {
    "429": 0.03,
    "429-later": 0.03,
    "500": 0.03,
    "503": 0.03,
    "reset": 0.03,
    "hang": 0.01,
    "trickle": 0.03,
    "empty": 0.02,
    "cut": 0.02,
    "broken": 0.02,
    "prose": 0.03,
    "thinking": 0.03,
    "schema": 0.02,
    "length": 0.01,
    "filter": 0.005,
    "refusal": 0.005,
}
POISON_EVERY = 50
SETTLED = {0, 1}
"""Exit codes of a run that is done: without and with failed samples."""
STOPPED = {3, 143, -int(signal.SIGKILL), -int(signal.SIGTERM)}
"""Resumable, or ended by a signal, which before the handlers stand ends the process as it ends any other."""
PATIENCE = {"timeout_s": 2.0, "max_retries": 4, "first_backoff_s": 0.05}
LAST_TRIES = 10
BEGUN = 0.8
"""Share of the lives whose time counts from their first request; the others may end while they start."""


@dataclass(frozen=True)
class Plan:
    """How long, how many samples, and how often the process is killed."""

    seconds: float
    samples: int
    in_flight: int
    kill_s: tuple[float, float]
    terminate_every: int = 4
    """Every so many-th life ends by SIGTERM, all others by SIGKILL."""
    outage_every: int = 5
    """In every so many-th life the endpoint goes away for a part."""


@dataclass
class Story:
    """What happened."""

    codes: Counter[int] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    stop_s: list[float] = field(default_factory=list)
    """How long SIGTERM took."""
    lives: int = 0
    outages: int = 0
    under_fire: int = 0
    """Commits before the endpoint was healthy."""


class Soak:
    """One run under fire."""

    def __init__(self, plan: Plan, folder: Path, server: LocalServer, seed: int) -> None:
        self._plan = plan
        self._folder = folder
        self._server = server
        self._chance = random.Random(seed)
        self.root = folder / "run"
        self.story = Story()
        coco = write_coco(folder / "coco", plan.samples)
        config = write_config(folder / "config.toml", server.url, plan.in_flight, **PATIENCE)
        settings = ["--profile", "openai", "--config", str(config), "--no-translation", "--quiet"]
        self._start = irloom("run", "infrared", *coco.options, "--out", self.root, *settings)

    def suffer(self) -> None:
        """Kill and resume until the time is over, and the endpoint was gone at least once."""
        cap = self._plan.in_flight // 2
        self._server.control(
            delay_s=0.05, retry_after_s=0.3, faults=FAULTS, cap=cap, poison_every=POISON_EVERY
        )
        until = time.monotonic() + self._plan.seconds
        while (left_s := until - time.monotonic()) > 0 or not self.story.outages:
            seconds = self._chance.uniform(*self._plan.kill_s)
            self._live_once(min(seconds, left_s) if left_s > 0 else seconds)
        self.story.under_fire = len(commits_of(self.root))

    def recover(self) -> None:
        """With a healthy endpoint: finish, then retry what failed until nothing fails."""
        self._server.control(delay_s=0.01, faults={}, cap=0, poison_every=0)
        code = self._run_to_end([])
        for _ in range(LAST_TRIES):
            if code == 0:
                break
            code = self._run_to_end(["--retry-failed"])
        assert code == 0, f"failed samples stay although the endpoint is healthy (exit code {code})"

    def _command(self, *more: str) -> list[str]:
        if not (self.root / "run.json").exists():
            return self._start
        return irloom("resume", self.root, "--quiet", "--max-failures", "1000000", *more)

    def _run_to_end(self, more: Sequence[str]) -> int:
        ended = Child(self._command(*more), self._folder / "logs", "soak").wait()
        self.story.codes[ended.code] += 1
        ended.check(*SETTLED)
        return ended.code

    def _live_once(self, seconds: float) -> None:
        """One process, ended by a signal if it does not end before."""
        retry = ["--retry-failed"] if self._chance.random() < 0.3 else []
        child = Child(self._command(*retry), self._folder / "logs", "soak")
        self.story.lives += 1
        if self._chance.random() < BEGUN:
            self._server.wait_for(self._server.stats()["requests"] + 1, child)
        if self.story.lives % self._plan.outage_every == 0:
            self._go_away(child, seconds / 2)
            seconds /= 2
        _wait(child, seconds)
        self._end(child)

    def _go_away(self, child: Child, seconds: float) -> None:
        """Let the endpoint be gone for the second half of some time."""
        _wait(child, seconds / 2)
        self.story.outages += 1
        self._server.go_away()
        _wait(child, seconds / 2)
        self._server.come_back()

    def _end(self, child: Child) -> None:
        last = self.story.lives % self._plan.terminate_every == 0
        number = signal.SIGTERM if last else signal.SIGKILL
        began = time.monotonic()
        if child.running:
            self.story.kills[number.name] += 1
            child.send(number)
        ended = child.wait(120)
        if number == signal.SIGTERM:
            self.story.stop_s.append(time.monotonic() - began)
        self.story.codes[ended.code] += 1
        ended.check(*SETTLED, *STOPPED)
        assert "Traceback" not in ended.said, ended.said[-2000:]


def _wait(child: Child, seconds: float) -> None:
    """Let it live so long, or until it ends."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and child.running:
        time.sleep(0.02)


def measure(plan: Plan, folder: Path, server: LocalServer, seed: int) -> list[dict[str, object]]:
    """Suffer, recover, and add everything up."""
    soak = Soak(plan, folder, server, seed)
    soak.suffer()
    soak.recover()
    commits = check_run(soak.root, plan.samples, len(CAPTIONS))
    stats, story = server.wait_until_idle(), soak.story
    faults = {**stats["faults"], "above the cap": stats["refused"], "poisoned": stats["poisoned"]}
    return [
        {"what": "samples, each accounted for once", "is": plan.samples},
        {"what": "commits, retries included", "is": commits},
        {"what": "of them under fire", "is": story.under_fire},
        {"what": "signals", "is": _list(story.kills)},
        {"what": "exit codes", "is": _list(story.codes)},
        {"what": "longest stop after SIGTERM, s", "is": max(story.stop_s, default=0.0)},
        {"what": "times the endpoint was gone", "is": story.outages},
        {"what": "requests", "is": stats["requests"]},
        {"what": "faults", "is": sum(faults.values())},
        {"what": "faults by kind", "is": _list(faults)},
        {"what": "paid twice (kills and hangs)", "is": stats["repaid"]},
    ]


def _list(counted: Counter[str] | Counter[int] | dict[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counted.items()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--samples", type=int, help="default: 600 a minute, more than can be done under fire")
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0, help="of the moments at which it is killed")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument("--short", action="store_true", help="a form of seconds")
    given = parser.parse_args(arguments)
    plan = Plan(given.minutes * 60, given.samples or int(given.minutes * 600), given.in_flight, (2.0, 12.0))
    if given.short:
        plan = Plan(
            seconds=9.0, samples=20, in_flight=8, kill_s=(1.5, 3.0), terminate_every=3, outage_every=2
        )
    print_machine()
    with workplace(given.keep) as folder, LocalServer() as server:
        table = measure(plan, folder, server, given.seed)
    print_table(f"{plan.seconds:g} s of all faults, {plan.in_flight} in flight", table)


if __name__ == "__main__":
    main()
