"""What the sandbox costs over Matplotlib's own drawing time, and figures per second through the flow.

The same problems are drawn by the embedded coder, so that no model's time is in the figures.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import print_machine, print_table
from irloom.drawings import CodeRunner, Drawing, DrawingJob, SandboxLevel
from irloom.errors import ConfigError
from irloom.sandbox.levels import SandboxOptions, open_sandbox
from irloom.sources.cache import choose_cache

SCRIPT = """
import matplotlib.pyplot as plt
import numpy as np
x = np.linspace(0, 10, 200)
fig, ax = plt.subplots(figsize=(6, 6))
ax.plot(x, np.sin(x), label=r"$\\sin x$")
ax.scatter(x[::20], np.cos(x[::20]), label="points")
ax.set_xlabel("x in s")
ax.set_title(r"$v_0 = 5\\,\\mathrm{m/s}$")
ax.legend()
plt.show()
"""
LEVELS: tuple[SandboxLevel, ...] = ("standard", "strict")
PROBLEM = "In triangle ABC the sides are AB = {} cm, BC = 6 cm and CA = 7 cm. Find the area of the triangle."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100, help="scripts a level (100)")
    parser.add_argument("--problems", type=int, default=400, help="problems through the flow (400)")
    parser.add_argument("--short", action="store_true", help="a form of seconds; its figures mean nothing")
    given = parser.parse_args()
    jobs, problems = (8, 6) if given.short else (given.jobs, given.problems)
    print_machine()
    print_table("One worker, one script after the other", asyncio.run(measure_levels(jobs)))
    print_table("`irloom run imgcoder`, offline, one worker a core", [measure_flow(problems)])


async def measure_levels(jobs: int) -> list[dict[str, object]]:
    """Time of a job beyond what script and drawing take, at each level that holds here."""
    return [await _measure_level(level, jobs) for level in LEVELS]


async def _measure_level(level: SandboxLevel, jobs: int) -> dict[str, object]:
    try:
        cache = choose_cache(None) / "fonts"
        sandbox, _ = await open_sandbox(SandboxOptions(level=level, workers=1, cache=cache))
    except ConfigError:
        return {"level": f"{level}: does not hold here"}
    try:
        await sandbox.draw(DrawingJob(SCRIPT, 0))
        drawn = [await _draw(sandbox, seed) for seed in range(jobs)]
    finally:
        await sandbox.close()
    beyond = [wall_ms - drawing_ms for wall_ms, drawing_ms in drawn]
    return {
        "level": level,
        "drawing, median ms": statistics.median(drawing_ms for _, drawing_ms in drawn),
        "beyond it, median ms": statistics.median(beyond),
        "beyond it, least ms": min(beyond),
    }


async def _draw(sandbox: CodeRunner, seed: int) -> tuple[float, float]:
    started = time.perf_counter()
    drawn = await sandbox.draw(DrawingJob(SCRIPT, seed))
    wall_ms = (time.perf_counter() - started) * 1000
    assert isinstance(drawn, Drawing), drawn
    return wall_ms, drawn.drawing_ms


def measure_flow(problems: int) -> dict[str, object]:
    """Figures per second from the first admission to the last commit, and what drawing took of it."""
    with tempfile.TemporaryDirectory(prefix="irloom-bench-") as folder:
        path, run = Path(folder) / "problems.jsonl", Path(folder) / "run"
        path.write_text("".join(json.dumps(PROBLEM.format(5 + n / 1000)) + "\n" for n in range(problems)))
        command = [sys.executable, "-m", "irloom", "run", "imgcoder", "--problems", str(path)]
        started = time.perf_counter()
        subprocess.run([*command, "--out", str(run), "--quiet"], check=True, stdout=subprocess.DEVNULL)
        took_s = time.perf_counter() - started
        rows = [json.loads(line) for line in (run / "figures.jsonl").read_text("utf-8").splitlines()]
        assert len(rows) == problems, f"{len(rows)} of {problems} were drawn"
        drawing_s = sum(row["drawing_ms"] for row in rows) / 1000
    return {
        "figures": problems,
        "seconds, start-up included": took_s,
        "figures a second": problems / took_s,
        "Matplotlib's time, added up, s": drawing_s,
    }


if __name__ == "__main__":
    main()
