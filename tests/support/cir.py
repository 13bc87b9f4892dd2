"""Committed runs of the CIR flow, made by hand: rows, images and commit log, without the flow."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irloom.backends.meters.preservation import PixelMeter
from irloom.edits import Region, Step, Subcategory, category_of
from irloom.engine.commits import CommitLog, Finished
from irloom.engine.directory import RunDirectory
from irloom.engine.state import Admission
from irloom.engine.storage import safe_name
from irloom.pipelines.cir.config import CirConfig
from irloom.pipelines.registry import find_flow
from irloom.protocols import MeasuringJob
from irloom.records import Outcome, SampleResult
from support.photos import Pixels, make_photo, paint, save

BOXES: Mapping[int, Region] = {1: (0.1, 0.1, 0.4, 0.4), 2: (0.5, 0.5, 0.9, 0.9)}
"""The objects that every seed has."""
COLOURS = {"red": (220, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 220), "white": (250, 250, 250)}


@dataclass(frozen=True)
class Made:
    """An edit of a run: each change is an object and its new colour."""

    edit: int
    changes: tuple[tuple[int, str], ...]
    family: int = 1
    subcategory: Subcategory | None = None
    outcome: Outcome = "unjudged"

    @property
    def kind(self) -> Subcategory:
        return self.subcategory or ("color" if len(self.changes) == 1 else "complex")

    @property
    def steps(self) -> list[dict[str, Any]]:
        return [
            Step(
                subcategory="color", instruction=f"Make object {target} {value}.", target=target, value=value
            ).model_dump()
            for target, value in self.changes
        ]


def color(edit: int, value: str, target: int = 1, family: int = 1) -> Made:
    return Made(edit, ((target, value),), family)


def draw_target(photo: Pixels, made: Made) -> Pixels:
    for target, value in made.changes:
        photo = paint(photo, BOXES[target], COLOURS[value])
    return photo


def make_run(
    root: Path, seeds: Mapping[str, tuple[Pixels, Sequence[Made]]], order: Sequence[str] = (), **settings: Any
) -> Path:
    """A run whose seeds were committed in `order`, or in that of `seeds`."""
    root.mkdir()
    config = CirConfig.model_validate({"images": Path("i"), **settings})
    RunDirectory.create(root, config, {}, find_flow("cir").files, [], {}, {"images": len(seeds)})
    log = CommitLog(root)
    log.recover()
    for sample in order or seeds:
        photo, edits = seeds[sample]
        reference = save(photo, root / "images" / f"{safe_name(sample)}.png")
        rows = tuple(_write_edit(root, sample, reference, photo, made) for made in edits)
        commit(log, sample, rows)
    log.close()
    return root


def make_seeds(*names: str, edits: Sequence[Made]) -> dict[str, tuple[Pixels, Sequence[Made]]]:
    """Seeds with a photograph of their own each and the same edits."""
    return {name: (make_photo(number), edits) for number, name in enumerate(sorted(names), 1)}


def commit(log: CommitLog, sample: str, rows: tuple[dict[str, Any], ...], attempt: int = 1) -> None:
    admission = Admission(sample, attempt, 0)
    log.admit(admission)
    result = SampleResult(outcome="unjudged", rows={"edits": rows})
    usage = {"requests": 0, "prompt_tokens": 0, "completion_tokens": 0}
    log.commit([Finished(admission, result, [], usage, [])])


def _write_edit(root: Path, sample: str, reference: Path, photo: Pixels, made: Made) -> dict[str, Any]:
    target = draw_target(photo, made)
    path = save(target, root / "images" / f"{safe_name(sample)}-{made.edit}-1.png")
    measured = PixelMeter().measure(MeasuringJob(reference, target, ()))
    words = " and ".join(f"object {number} {value}" for number, value in made.changes)
    return {
        "sample": sample,
        "attempt": 1,
        "task": f"{made.kind}.{made.edit}",
        "edit": made.edit,
        "family": made.family,
        "category": category_of(made.kind),
        "subcategory": made.kind,
        "base": "",
        "point": words,
        "outcome": made.outcome,
        "reference": f"images/{reference.name}",
        "reference_sha256": hashlib.sha256(reference.read_bytes()).hexdigest(),
        "image": f"images/{path.name}",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "width": target.shape[1],
        "height": target.shape[0],
        "query": f"The same with {words}.",
        "form": "elliptic",
        "instruction": f"Make {words}.",
        "steps": made.steps,
        "measured": measured.model_dump(),
        "verdicts": [],
    }
