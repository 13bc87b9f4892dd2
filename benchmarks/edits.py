"""Edits per second through the CIR flow, over the editor's own time on the same edits.

The embedded proposer and editor work on the demo's photographs, so that no model's time is in the figures.
The editor is then timed by itself, one edit after the other in this process, as the run asks it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from benchmarks.report import print_machine, print_table
from irloom.backends.builders import build_editor
from irloom.edits import Step
from irloom.options import ClassicOptions
from irloom.protocols import Edit, EditJob
from irloom.sources.coco import CocoSource

Line = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=8, help="groups of siblings a photograph (8)")
    parser.add_argument("--short", action="store_true", help="a form of seconds; its figures mean nothing")
    given = parser.parse_args()
    print_machine()
    with tempfile.TemporaryDirectory(prefix="irloom-bench-") as folder:
        demo = files("irloom.data").joinpath("demo")
        with as_file(demo / "captions.json") as captions, as_file(demo / "instances.json") as instances:
            measured = measure(Path(folder), captions, instances, 1 if given.short else given.families)
    print_table("`irloom run cir`, offline, on the demo's photographs", [measured])


def measure(folder: Path, captions: Path, instances: Path, families: int) -> Line:
    """Time of a run from start to data set, and of the editor alone on the edits that were made."""
    photographs, run = Path(str(files("skimage.data"))), folder / "run"
    read = ["--images", str(photographs), "--captions", str(captions), "--instances", str(instances)]
    command = [sys.executable, "-m", "irloom", "run", "cir", *read, "--families", str(families)]
    started = time.perf_counter()
    subprocess.run([*command, "--out", str(run), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    took_s = time.perf_counter() - started
    turns = list_edits(run)
    source = CocoSource(photographs, captions, instances, cache=folder / "cache")
    alone_s = time_editor(run, turns, source)
    source.close()
    return {
        "edits": len(turns),
        "the run, start-up and data set included, s": took_s,
        "edits a second": len(turns) / took_s,
        "the editor alone, s": alone_s,
        "over the editor's own time": took_s / alone_s,
    }


def list_edits(run: Path) -> list[Line]:
    """Every round of every edit that made a picture, with its seed image."""
    rows = [json.loads(line) for line in (run / "edits.jsonl").read_text("utf-8").splitlines()]
    seeds = {row["sample"]: row["reference"] for row in rows}
    rejected = [json.loads(line) for line in (run / "rejected.jsonl").read_text("utf-8").splitlines()]
    return [
        {"sample": row["sample"], "reference": seeds[row["sample"]], "steps": one["steps"]}
        for row in [*rows, *rejected]
        for one in row["rounds"]
        if one.get("image") and row["sample"] in seeds
    ]


def time_editor(run: Path, edits: list[Line], source: CocoSource) -> float:
    """Seconds of the editor on these edits, one by one."""
    editor = build_editor(ClassicOptions(), print)
    jobs = [describe_job(run, one, source) for one in edits]
    started = time.perf_counter()
    results = [editor.edit([job])[0] for job in jobs]
    took_s = time.perf_counter() - started
    made = sum(isinstance(result, Edit) for result in results)
    assert made >= 0.9 * len(jobs), f"{made} of {len(jobs)} were made again"
    return took_s


def describe_job(run: Path, one: Line, source: CocoSource) -> EditJob:
    """The job as the run gives it; only the seed of the chance is another."""
    sample = source.get(one["sample"])
    assert sample is not None
    steps = tuple(Step.model_validate(step) for step in one["steps"])
    return EditJob(run / one["reference"], "", 0, sample.width, sample.height, steps, sample.boxes)


if __name__ == "__main__":
    main()
