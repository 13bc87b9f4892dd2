"""What a run over many samples needs beside one over few: peak memory, and resident memory on the way."""

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.local_server import LocalServer
from benchmarks.processes import Child, Ran
from benchmarks.report import print_table
from benchmarks.run_files import CommitWatch, commits_of

LOOK_S = 0.05
AIM = 1.1
"""Peak memory over many samples, over that of few."""


@dataclass(frozen=True)
class Measured:
    """A run over some samples."""

    samples: int
    asks: int
    ended: Ran
    asked_s: float
    """From the first commit to the last."""
    seen: Sequence[tuple[int, float]]
    """Samples that were done, and resident megabytes then."""


def measure(
    command: Sequence[str], root: Path, logs: Path, samples: int, server: LocalServer, limit_s: float
) -> Measured:
    """A run into `root`, whose every commit is awaited; fails unless each sample is committed once."""
    child = Child(command, logs, "run")
    seen = list(_follow(child, root, samples))
    ended = child.wait(limit_s).check(0)
    done = len(commits_of(root))
    assert done == samples, f"{done:,} commits for {samples:,} samples"
    shutil.rmtree(root)
    asked_s = seen[-1][2] - seen[0][2]
    return Measured(samples, server.stats()["requests"], ended, asked_s, [one[:2] for one in seen])


def _follow(child: Child, root: Path, samples: int) -> Iterator[tuple[int, float, float]]:
    watch, last = CommitWatch(root), 0
    while child.running and last < samples:
        time.sleep(LOOK_S)
        if watch.look() > last:
            last = watch.samples
            yield last, child.rss_mb, time.monotonic()


def print_growth(few: Measured, many: Measured, what: str, in_flight: int, delay_s: float) -> None:
    """What was aimed at, and how memory went; `what` are the samples."""
    ideal_s = many.asks * delay_s / in_flight
    aim = f"<= {AIM:g}"
    print_table(
        f"{many.samples:,} {what}, {many.asks:,} asks, {in_flight} in flight of {delay_s:g} s",
        [
            {"what": f"peak memory over {few.samples:,} {what}, MB", "is": few.ended.rss_mb},
            {"what": f"peak memory over {many.samples:,} {what}, MB", "is": many.ended.rss_mb},
            {"what": "peak memory, many / few", "is": many.ended.rss_mb / few.ended.rss_mb, "aim": aim},
            {"what": "seconds", "is": many.ended.wall_s},
            {"what": "seconds between first and last commit / ideal", "is": many.asked_s / ideal_s},
            {"what": "CPU ms an ask", "is": 1000 * many.ended.cpu_s / many.asks},
        ],
    )
    step = max(1, len(many.seen) // 10)
    rows = [{what: done, "RSS MB": rss_mb} for done, rss_mb in many.seen[:-1:step]]
    print_table("On the way", rows)
