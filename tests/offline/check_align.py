"""Checks that detectors are not flattered: `PYTHONPATH=tests python -m offline.check_align D OUT`.

`D` is a folder in COCO's form. Sentences are made of its boxes, detectors that see so much of these are asked
about each over HTTP, and `irloom bench align` scores them. The boxes are read with a plain `json.load`.
"""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from irloom.cli.main import main
from irloom.records import Box, Sample
from offline.check_run import read_boxes
from support.box_detector import BoxDetector, Guesser
from support.scene_files import BoxServer, Detector

HIDDEN = (0.0, 0.25, 0.5, 1.0)
"""Shares of the boxes that a detector does not see."""


@dataclass(frozen=True)
class Trial:
    """A detector under a name, and how many scenes behind the one that is asked about it looks."""

    name: str
    detector: Detector
    shift: int = 0


def list_trials(labels: Sequence[str]) -> list[Trial]:
    """Those that see less and less, one that guesses, and one that gets another image."""
    seeing = [Trial(f"hidden-{share:g}", BoxDetector(labels, share)) for share in HIDDEN]
    return [*seeing, Trial("guesses", Guesser()), Trial("another-image", BoxDetector(labels), shift=1)]


def ask(made: Path, out: Path, trial: Trial, scenes: list[Sample], pictures: list[Path]) -> Path:
    """A run in which a detector is asked about every sentence; a request a sentence."""
    root = out / trial.name
    server = BoxServer(scenes=scenes, pictures=pictures, detector=trial.detector, shift=trial.shift)
    with server:
        asked = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        options = ["--data", str(made), "--out", str(root), "--concurrency", "8", "--quiet"]
        run_irloom("run", "detect", *options, *asked)
    sentences = len((made / "sentences.jsonl").read_bytes().splitlines())
    assert server.counts() == {"detector/number": sentences}
    return root


def score(run: Path) -> dict[str, Any]:
    """What the table says of a run by itself."""
    (found,) = json.loads(run_irloom("bench", "align", str(run), "--json"))["runs"]
    return dict(found)


def run_irloom(*arguments: str) -> str:
    """What a command prints; it has to end well."""
    said = StringIO()
    with redirect_stdout(said):
        assert main(list(arguments)) == 0
    return said.getvalue()


def read_scenes(instances: Path) -> list[Sample]:
    """The images of a file with their boxes."""
    boxes = read_boxes(instances)
    return [
        Sample(
            id=str(one["id"]),
            image=one["file_name"],
            boxes=tuple(_as_box(*box) for box in boxes[str(one["id"])]),
        )
        for one in json.loads(instances.read_text())["images"]
    ]


def _as_box(label: str, x1: float, y1: float, x2: float, y2: float, crowd: bool) -> Box:
    return Box(label=label, x1=x1, y1=y1, x2=x2, y2=y2, crowd=crowd)


def check(data: Path, out: Path) -> list[dict[str, Any]]:
    """Make sentences of real images and score every trial on them."""
    images, notes = data / "train2017", data / "annotations"
    instances = notes / "instances_train2017.json"
    annotated = ["--instances", str(instances), "--captions", str(notes / "captions_train2017.json")]
    out_of = ["--images", str(images), *annotated, "--out", str(out / "made"), "--quiet"]
    run_irloom("run", "align", *out_of)
    scenes = [scene for scene in read_scenes(instances) if (images / scene.image).is_file()]
    labels = sorted({one["name"] for one in json.loads(instances.read_text())["categories"]})
    pictures = [images / scene.image for scene in scenes]
    return [score(ask(out / "made", out, trial, scenes, pictures)) for trial in list_trials(labels)]


if __name__ == "__main__":
    os.environ.setdefault("OPENAI_API_KEY", "a-key-of-tests")
    for run in check(Path(sys.argv[1]), Path(sys.argv[2])):
        mean = run["mean"]
        sys.stdout.write(
            f"{run['name']:<14} {run['sentences']} {mean['value']:.3f} {mean['low']} {mean['high']}\n"
        )
