"""Images per second of each translator and scorer: through irloom, over the same model called directly.

Directly means that the backend gets eight of its batches in one call. Through irloom, each image is a sample
with its graph, its journal and its commit, and images meet in batches. The weights are random, of the
published sizes with `--large`; `--config` measures real ones.
"""

import argparse
import json
import statistics
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.inputs import Coco, write_coco, write_settings
from benchmarks.processes import Child, irloom, run, workplace
from benchmarks.report import print_machine, print_table
from benchmarks.run_files import CommitWatch

Part = Literal["translator", "scorer"]
PARTS: dict[str, Part] = {
    "radiometric": "translator",
    "srgb_tir": "translator",
    "diffusers": "translator",
    "grounding": "scorer",
    "open_clip": "scorer",
    "languagebind": "scorer",
}
"""The kinds of `irloom.options` but `vqa`, which asks an endpoint."""
FEW = ("--tasks", "none", "--no-filtering", "--quiet")
ONLY = {"translator": "--no-scoring", "scorer": "--no-translation"}
BATCHES = 4
"""So many batches of samples are in flight."""
LEAST = 6
"""However slow a model is, the flow gets so many times the samples in flight."""
MOST = 20_000
AIM = 0.9
NO_MODEL = {"grounding"}
"""It compares words, in microseconds, so that its flow is all irloom."""


@dataclass(frozen=True)
class Subject:
    """A backend to measure, and the configuration that names it."""

    name: str
    part: Part
    config: Path


@dataclass(frozen=True)
class Plan:
    """For how long, and on which images."""

    coco: Coco
    folder: Path
    seconds: float


def make_subjects(names: Sequence[str], folder: Path, large: bool, settings: dict[str, Any]) -> list[Subject]:
    """Random models of these kinds, and configurations for them."""
    subjects = []
    for name in names:
        place = folder / "models" / name
        place.mkdir(parents=True)
        program = [sys.executable, "-m", "benchmarks.contestants.random_models", name, str(place)]
        made = run([*program, *(["--large"] if large else [])], folder / "logs", f"make-{name}").check(0)
        options = {"kind": name, **json.loads(made.said.splitlines()[-1])}
        options |= settings if name not in NO_MODEL else {}
        config = write_settings(place / "config.toml", 1, PARTS[name], options)
        subjects.append(Subject(name, PARTS[name], config))
    return subjects


def read_subjects(config: Path) -> list[Subject]:
    """The translator and the scorer that a configuration names."""
    tables = tomllib.loads(config.read_text())
    parts: tuple[Part, Part] = ("translator", "scorer")
    return [Subject(tables[part]["kind"], part, config.absolute()) for part in parts if part in tables]


def compare(subject: Subject, plan: Plan) -> dict[str, Any]:
    """What was measured of one backend, directly and then through the flow."""
    arguments = ["run", "infrared", *plan.coco.options, "--config", str(subject.config), *FEW]
    arguments += [ONLY[subject.part], "--out", str(plan.folder / subject.name)]
    direct = call_directly(subject, plan, arguments)
    in_flight = BATCHES * direct["batch"]
    samples = min(max(int(direct["images_a_second"] * plan.seconds), LEAST * in_flight), MOST)
    arguments += ["--limit", str(samples), "--concurrency", str(in_flight)]
    child = Child(irloom(*arguments), plan.folder / "logs", f"flow-{subject.name}")
    steps = follow(child, plan.folder / subject.name)
    ended = child.wait().check(0)
    steady = [step for step in steps if in_flight <= step[1] <= samples - in_flight]
    # A line through all the steps, since samples that meet in a batch are committed together.
    flow = statistics.linear_regression(*zip(*steady, strict=True)).slope
    return {**direct, "flow": flow, "flow_rss_mb": ended.rss_mb, "samples": samples}


def call_directly(subject: Subject, plan: Plan, arguments: Sequence[str]) -> dict[str, Any]:
    """The report of `contestants.direct_model`."""
    program = [sys.executable, "-m", "benchmarks.contestants.direct_model"]
    command = [*program, subject.part, str(plan.seconds), *arguments]
    ended = run(command, plan.folder / "logs", f"direct-{subject.name}").check(0)
    found: dict[str, Any] = json.loads(ended.said.splitlines()[-1])
    return found


def follow(child: Child, root: Path) -> list[tuple[float, int]]:
    """When the run had how many commits, until it ends."""
    watch = CommitWatch(root)
    steps: list[tuple[float, int]] = []
    while child.running:
        before = watch.samples
        if watch.look() > before:
            steps.append((time.monotonic(), watch.samples))
        time.sleep(0.002)
    return steps


def print_compared(found: dict[str, dict[str, Any]]) -> None:
    """A table of all, and one of the radiometric translator's use of memory."""
    print_table("Images per second through irloom, and directly", [_row(*one) for one in found.items()])
    if one := found.get("radiometric"):
        share, busy = (one[name] / one["gb_a_second_copy"] for name in ("gb_a_second", "gb_a_second_busy"))
        rows: list[dict[str, object]] = [
            {"what": "MB moved an image", "is": float(one["mb_an_image"])},
            {"what": "GB/s of a plain copy", "is": float(one["gb_a_second_copy"])},
            {"what": "share of that, called directly", "is": share},
            {"what": "share of that while the device is busy", "is": busy},
        ]
        print_table(f"radiometric and the bandwidth of memory, {one['device']}", rows)


def _row(name: str, found: dict[str, Any]) -> dict[str, object]:
    share = found["flow"] / found["images_a_second"]
    return {
        "who": name,
        "device": found["device"],
        "batch": found["batch"],
        "images": found["samples"],
        "images/s, flow": found["flow"],
        "images/s, direct": found["images_a_second"],
        "flow / direct": share,
        f"{AIM:g} met": "-" if name in NO_MODEL else "yes" if share >= AIM else "NO",
        "peak RSS MB, flow": found["flow_rss_mb"],
        "peak RSS MB, direct": found["direct_rss_mb"],
        "peak accelerator MB": found.get("accelerator_mb", "-"),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=[*PARTS], help="only this kind")
    parser.add_argument("--config", type=Path, help="the translator and scorer of a configuration instead")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--large", action="store_true", help="random models of the published sizes")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", default="640x480", metavar="WxH", help="of the images")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each measurement")
    parser.add_argument("--short", action="store_true", help="a form of seconds; its figures mean nothing")
    given = parser.parse_args(arguments)
    if given.short:
        given.size, given.seconds, given.batch = "64x48", 0.2, 2
    width, height = map(int, given.size.split("x"))
    print_machine()
    with workplace() as folder:
        coco = write_coco(folder / "coco", MOST, size=(width, height))
        settings = {"device": given.device, "batch_size": given.batch}
        names = given.only or list(PARTS)
        made = make_subjects(names, folder, given.large, settings) if given.config is None else []
        subjects = made or read_subjects(given.config)
        print_compared({one.name: compare(one, Plan(coco, folder, given.seconds)) for one in subjects})


if __name__ == "__main__":
    main()
