"""Streams many small samples through a cheap offline flow: memory, journal, resuming and `inspect`.

The run is killed near its end and resumed. The images are hard links to one tiny file, and the flow
is that of the embedded rule engine without translation, scoring and tasks.
"""

import argparse
import json
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import write_coco
from benchmarks.processes import Child, irloom, run, workplace
from benchmarks.report import print_machine, print_table
from benchmarks.run_files import CommitWatch, check_all_committed, is_commit, lines_of

CAPTIONS = ("A brown dog number {number} lies beside a bench.",)
FLOW = ("--tasks", "none", "--no-translation", "--no-scoring", "--candidates", "1", "--quiet")
STOPS = (0.1, 0.2, 0.5, 0.8)
"""Shares of the samples at which the run is looked at, besides the moment of the kill."""


@dataclass(frozen=True)
class Seen:
    """What was seen at one moment of the run."""

    samples: int
    rss_mb: float
    journal_files: int
    journal_mb: float


@dataclass(frozen=True)
class Measured:
    """Everything about one run."""

    seen: Sequence[Seen]
    samples_a_second: float
    first_new_s: float
    rss_at_first_new_mb: float
    inspect_s: float
    inspect_one_s: float


def measure(folder: Path, samples: int, early: int, concurrency: int) -> Measured:
    """The whole story of one run."""
    coco = write_coco(folder / "coco", samples, CAPTIONS)
    root, logs = folder / "run", folder / "logs"
    flow = [*FLOW, "--concurrency", str(concurrency)]
    began = time.monotonic()
    child = Child(irloom("run", "infrared", *coco.options, "--out", root, *flow), logs, "run")
    kill_at = min(int(samples * 0.99), samples - 5 * concurrency)  # so that some were not begun
    stops = sorted({early, kill_at, *(int(samples * share) for share in STOPS)})
    seen = follow(child, root, [stop for stop in stops if early <= stop <= kill_at])
    spent_s = time.monotonic() - began
    child.send(signal.SIGKILL)
    child.wait().check(-signal.SIGKILL)
    first_new_s, rss_mb = resume_until_new(root, logs)
    inspect_s = run(irloom("inspect", root), logs, "inspect").check(0).wall_s
    inspect_one_s = run(irloom("inspect", root, "1"), logs, "inspect").check(0).wall_s
    check_all_committed(root, samples)
    return Measured(seen, seen[-1].samples / spent_s, first_new_s, rss_mb, inspect_s, inspect_one_s)


def follow(child: Child, root: Path, stops: Sequence[int]) -> list[Seen]:
    """Look at the run whenever so many samples are committed."""
    watch = CommitWatch(root)
    seen = []
    for stop in stops:
        while watch.look() < stop:
            if not child.running:
                raise RuntimeError(
                    f"the run ended after {watch.samples} samples: {child.wait().said[-2000:]}"
                )
            time.sleep(0.02)
        seen.append(Seen(watch.samples, child.rss_mb, *weigh_journal(root)))
    return seen


def weigh_journal(root: Path) -> tuple[int, float]:
    """Files and megabytes of the journal; files may go while one looks."""
    sizes = []
    for path in (root / "journal").iterdir():
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:
            continue
    return len(sizes), sum(sizes) / 1e6


def resume_until_new(root: Path, logs: Path) -> tuple[float, float]:
    """Resume to the end; seconds until a sample that nobody had begun was committed, and the memory then."""
    log = root / "commits.jsonl"
    begun = {event["sample"] for event in lines_of(log) if event["event"] == "admit"}
    position = log.stat().st_size
    began = time.monotonic()
    child = Child(irloom("resume", root, "--quiet"), logs, "resume")
    running = True
    while not _has_new(log, position, begun):
        if not running:
            raise RuntimeError(f"nothing new was committed: {child.wait().said[-2000:]}")
        running = child.running  # before the next look, which may then still find something
        time.sleep(0.005)
    first_new_s, rss_mb = time.monotonic() - began, child.rss_mb
    child.wait().check(0)
    return first_new_s, rss_mb


def _has_new(log: Path, position: int, begun: set[str]) -> bool:
    with log.open("rb") as file:
        file.seek(max(position - 4096, 0))
        lines = file.read().split(b"\n")[1:-1]
    return any(json.loads(line)["sample"] not in begun for line in lines if is_commit(line))


def print_measured(found: Measured, concurrency: int) -> None:
    """Two tables: what was seen while it ran, and what was aimed at."""
    first, last = found.seen[0], found.seen[-1]
    print_table(f"{concurrency} samples at a time", [_row(one, first) for one in found.seen])
    files = max(one.journal_files for one in found.seen)
    print_table(
        "Aims",
        [
            _aim("resident memory, last / first", last.rss_mb / first.rss_mb, 1.1),
            _aim("journal files / samples at a time", files / concurrency, 4.0),
            _aim("resume: seconds to the first new sample", found.first_new_s, 5.0),
            _aim("inspect: seconds", found.inspect_s, 1.0),
            _aim("inspect one sample: seconds", found.inspect_one_s, 1.0),
            {"what": "resume: memory / that of the run", "is": found.rss_at_first_new_mb / last.rss_mb},
            {"what": "samples a second", "is": found.samples_a_second},
        ],
    )


def _row(seen: Seen, first: Seen) -> dict[str, object]:
    return {
        "samples": seen.samples,
        "RSS MB": seen.rss_mb,
        "RSS / first": seen.rss_mb / first.rss_mb,
        "journal files": seen.journal_files,
        "journal kB": seen.journal_mb * 1000,
    }


def _aim(what: str, found: float, aim: float) -> dict[str, object]:
    return {"what": what, "is": found, "aim": f"< {aim:g}", "met": "yes" if found < aim else "NO"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument("--short", action="store_true", help="a form of seconds")
    given = parser.parse_args(arguments)
    samples, early = (1000, 100) if given.short else (given.samples, 1000)
    print_machine()
    with workplace(given.keep) as folder:
        print_measured(measure(folder, samples, early, given.concurrency), given.concurrency)


if __name__ == "__main__":
    main()
