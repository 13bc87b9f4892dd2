"""Asks a set of IF-Bench's size in all variants through the mock endpoint: memory, and time over the ideal.

680 questions about 499 stand-in images, in two languages, four orders and six variants, are 32,640 asks.
The memory is compared with that of a run over seven of these questions.
"""

import argparse
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.inputs import write_config
from benchmarks.local_server import LocalServer
from benchmarks.processes import Child, Ran, irloom, workplace
from benchmarks.report import print_machine, print_table
from benchmarks.run_files import CommitWatch, commits_of
from irloom.pipelines.evaluate.ifbench.dimensions import DIMENSIONS

ASKS = 2 * 4 * 6
"""Of a question: languages, orders, variants."""
FEW = 7
VARIANTS = "normal,prior,pair,prior+pair,translated,blind"


@dataclass(frozen=True)
class Measured:
    """A run over some of the questions."""

    questions: int
    asks: int
    ended: Ran
    asked_s: float
    """From the first commit to the last."""
    seen: Sequence[tuple[int, float]]
    """Questions that were done, and resident megabytes then."""


def write_set(folder: Path, questions: int) -> Path:
    """Questions in IF-Bench's form, three of them about two images; the images are tiny."""
    for name, shade in (("infrared", 90), ("visible", 150)):
        (folder / name).mkdir(parents=True)
        for number in range(1, questions + 1):
            Image.new("RGB", (32, 24), (shade, number % 256, number // 256)).save(
                folder / name / f"{number:032x}.png"
            )
    rows: dict[str, list[Any]] = {name: [] for name in DIMENSIONS}
    for number in range(1, questions + 1):
        dimension = list(DIMENSIONS)[number % len(DIMENSIONS)]
        rows[dimension].append(_describe(number, dimension))
    path = folder / "if_bench.json"
    path.write_text(json.dumps({name: some for name, some in rows.items() if some}))
    return path


def _describe(number: int, dimension: str) -> dict[str, Any]:
    options = {letter: f"what {letter} says of number {number}" for letter in "ABCD"}
    return {
        "dst_thermal_path": f"{number - number // 3:032x}.png",
        "question": {
            "dimension": dimension,
            "answer": "ABCD"[number % 4],
            **{f"{language}_question": f"What is seen in number {number}?" for language in ("en", "cn")},
            **{f"{language}_options": options for language in ("en", "cn")},
        },
    }


def measure(folder: Path, data: Path, questions: int, in_flight: int, delay_s: float) -> Measured:
    """A run over the first so many questions, whose every commit is awaited."""
    root, logs = folder / f"run-{questions}", folder / f"logs-{questions}"
    images: list[str | Path] = ["--images", data.parent / "infrared", "--rgb", data.parent / "visible"]
    with LocalServer(delay_s=delay_s) as server:
        config = write_config(folder / "settings.toml", server.url, in_flight)
        config.write_text(config.read_text().replace(f"concurrency = {in_flight}", "concurrency = 4"))
        flow = ("--variants", VARIANTS, "--limit", str(questions), "--quiet")
        command = irloom("run", "ifbench", "--data", data, *images, "--out", root, "--config", config, *flow)
        child = Child(command, logs, "run")
        seen = list(_follow(child, root, questions))
        ended = child.wait().check(0)
        asks = server.stats()["requests"]
    assert len(commits_of(root)) == questions, "every question is committed once"
    assert asks == questions * ASKS, f"{asks:,} asks of {questions * ASKS:,}"
    shutil.rmtree(root)
    return Measured(questions, asks, ended, seen[-1][2] - seen[0][2], [one[:2] for one in seen])


def _follow(child: Child, root: Path, questions: int) -> Iterator[tuple[int, float, float]]:
    watch, last = CommitWatch(root), 0
    while child.running and last < questions:
        time.sleep(0.05)
        if watch.look() > last:
            last = watch.samples
            yield last, child.rss_mb, time.monotonic()


def print_measured(few: Measured, many: Measured, in_flight: int, delay_s: float) -> None:
    """What was aimed at, and how memory went."""
    ideal_s = many.asks * delay_s / in_flight
    print_table(
        f"{many.questions:,} questions, {many.asks:,} asks, {in_flight} in flight of {delay_s:g} s",
        [
            {"what": f"peak memory over {few.questions} questions, MB", "is": few.ended.rss_mb},
            {"what": f"peak memory over {many.questions:,} questions, MB", "is": many.ended.rss_mb},
            {"what": "peak memory, many / few", "is": many.ended.rss_mb / few.ended.rss_mb, "aim": "< 1.1"},
            {"what": "seconds", "is": many.ended.wall_s},
            {"what": "seconds between first and last commit / ideal", "is": many.asked_s / ideal_s},
            {"what": "CPU ms an ask", "is": 1000 * many.ended.cpu_s / many.asks},
        ],
    )
    step = max(1, len(many.seen) // 10)
    print_table(
        "On the way",
        [{"questions": done, "RSS MB": rss_mb} for done, rss_mb in many.seen[:-1:step]],
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=680)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.1, help="seconds that the endpoint takes")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument("--short", action="store_true", help="a form of seconds")
    given = parser.parse_args(arguments)
    questions, delay_s = (40, 0.02) if given.short else (given.questions, given.delay)
    print_machine()
    with workplace(given.keep) as folder:
        data = write_set(folder / "set", questions)
        few = measure(folder, data, FEW, given.in_flight, delay_s)
        many = measure(folder, data, questions, given.in_flight, delay_s)
        print_measured(few, many, given.in_flight, delay_s)


if __name__ == "__main__":
    main()
