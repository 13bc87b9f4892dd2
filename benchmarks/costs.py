"""Where irloom's CPU time goes, by part, on a real run over the local server."""

import shutil
import sys
from collections import Counter
from pathlib import Path

from benchmarks.contestants.commands import FLOWS, Work, irloom_arguments
from benchmarks.contestants.watched import LOOP, PARTS, START
from benchmarks.inputs import Coco
from benchmarks.local_server import LocalServer
from benchmarks.processes import run
from benchmarks.race import Shape
from benchmarks.report import print_table
from benchmarks.run_files import lines_of


def print_costs(server: LocalServer, coco: Coco, folder: Path, shape: Shape, modules: int = 0) -> None:
    """A table of milliseconds a request by part and flow; with `modules`, the dearest of them too."""
    server.control(delay_s=shape.delay_s)
    spent = {name: _watch(server, coco, folder, shape, flow) for flow, name in FLOWS.items()}
    parts = [*dict.fromkeys(PARTS.values()), LOOP]
    rows: list[dict[str, object]] = [
        {"part": part, **{name: _sum(found, part) for name, found in spent.items()}} for part in parts
    ]
    rows.append({"part": "all", **{name: sum(map(float, found.values())) for name, found in spent.items()}})
    print_table(f"CPU ms a request by part of irloom, {shape}", rows)
    for name, found in spent.items():
        if modules:
            dearest = Counter(found).most_common(modules)
            listed = [{"part": part, "module": module, "ms": ms} for (part, module), ms in dearest]
            print_table(f"The dearest modules: {name}", listed)


def _watch(
    server: LocalServer, coco: Coco, folder: Path, shape: Shape, flow: str
) -> dict[tuple[str, str], float]:
    """Milliseconds a request by part and module, without what came before and after the requests."""
    out, report = folder / "out", folder / "report.jsonl"
    shutil.rmtree(out, ignore_errors=True)
    server.reset()
    rows = max(1, shape.rows if flow == "captions" else shape.rows // 4)
    command = irloom_arguments(server, coco, flow, Work(rows, shape.in_flight, out))
    program = [sys.executable, "-m", "benchmarks.contestants.watched", str(report)]
    run([*program, *command], folder / "logs", f"watched-{flow}").check(0)
    requests = server.stats()["requests"]
    return {
        (row["part"], row["module"]): 1000 * row["cpu_s"] / requests
        for row in lines_of(report)
        if row["part"] != START
    }


def _sum(found: dict[tuple[str, str], float], wanted: str) -> float:
    return float(sum(ms for (part, _), ms in found.items() if part == wanted))
