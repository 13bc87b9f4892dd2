"""Selects the rows of a run that an export was asked for, and remembers where each stands."""

import shlex
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from irloom.engine.commits import DATA_FILES, iterate_commits
from irloom.engine.directory import RunDirectory
from irloom.engine.marks import read_marks
from irloom.engine.reader import iterate_placed_rows
from irloom.errors import UserError
from irloom.export.forms import image_of
from irloom.export.options import ExportOptions
from irloom.records import TASKS, Outcome

_WITH_IMAGES = frozenset({"pairs", "figures", "instructions"})
_VERDICTS: Mapping[str, Outcome] = {"accept": "accepted", "none": "unjudged"}


class Place(NamedTuple):
    """A row without its content, so that those of 118,000 samples fit into memory."""

    offset: int
    """Where it begins in its data file."""
    sample: str
    image: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Selected:
    """The rows that were asked for, in the order of their commits."""

    places: list[Place]
    passed_over: int
    """Rows that do not fit what was asked for."""
    ranks: Mapping[str, int]
    """Samples by the order of their first commits, which no retry changes."""


def select_rows(root: Path, options: ExportOptions) -> Selected:
    """Go through a run's rows; RunDirError for no run.

    UserError for a flow that makes no such rows, for a task that nobody knows, and where no row fits.
    """
    check_makes(root, options.data)
    outcomes = _list_outcomes(root)
    samples = _list_samples(root, options)
    places: list[Place] = []
    tasks = set[str]()
    passed_over = 0
    for offset, row in iterate_placed_rows(root, options.data):
        if row["sample"] not in outcomes:
            continue  # committed since the outcomes were read
        tasks.add(row.get("task", ""))
        outcome = _VERDICTS[row["verdict"]] if "verdict" in row else outcomes[row["sample"]]
        if _fits(row, outcome, options) and (samples is None or row["sample"] in samples):
            places.append(Place(offset, intern(row["sample"]), intern(image_of(row)), outcome))
        else:
            passed_over += 1
    _check_tasks(options.tasks, tasks)
    if not places:
        raise UserError(_tell_nothing(root, options.data, passed_over))
    return Selected(places, passed_over, {sample: rank for rank, sample in enumerate(outcomes)})


def find_holders(root: Path, selected: Selected) -> dict[str, str]:
    """The sample committed first that shows each image, over all rows of a run, asked for or not."""
    holders: dict[str, str] = {}
    # The selected ones too: a retry that was committed meanwhile may have taken the place of theirs.
    shown = ((place.image, place.sample) for place in selected.places)
    for image, sample in chain(shown, _list_images(root)):
        if sample in selected.ranks:
            holders[image] = min(holders.get(image, sample), sample, key=selected.ranks.__getitem__)
    return holders


def _list_images(root: Path) -> Iterator[tuple[str, str]]:
    flow = RunDirectory.open(root).about["flow"]
    for name in (name for name in DATA_FILES[flow] if name in _WITH_IMAGES):
        for _, row in iterate_placed_rows(root, name):
            yield intern(image_of(row)), intern(row["sample"])


def check_makes(root: Path, data: str) -> None:
    """Raise UserError where the run's flow makes no such rows."""
    flow = RunDirectory.open(root).about["flow"]
    if data not in DATA_FILES.get(flow, ()):
        raise UserError(f"{root} is a run of the flow {flow!r}, which makes no {data}.")


def score_of(row: Mapping[str, Any]) -> float | None:
    """The score of a pair's chosen caption; None where nothing was scored."""
    scores = (one["score"] for one in row.get("candidates", ()) if one["text"] == row["caption"])
    return max((score for score in scores if score is not None), default=None)


def _check_tasks(asked: Sequence[str], found: Set[str]) -> None:
    """A misspelt task would else silently leave out what was wanted."""
    for task in asked:
        if task not in found | set(TASKS):
            raise UserError(f"--task {task}: the run has only {', '.join(sorted(found)) or 'none at all'}.")


def _tell_nothing(root: Path, data: str, passed_over: int) -> str:
    if passed_over:
        return f"None of the {passed_over:,} {data} of {root} fits the conditions: nothing was written."
    stands = f"`irloom inspect {shlex.quote(str(root))}` says how the run stands"
    return f"There are no {data} in {root} yet, so nothing was written: {stands}."


def _list_outcomes(root: Path) -> dict[str, Outcome]:
    events = iterate_commits(root)
    return {event["sample"]: event["outcome"] for event in events if event["event"] == "commit"}


def _list_samples(root: Path, options: ExportOptions) -> Set[str] | None:
    """The samples that may be in the export; None for all."""
    if not options.marked:
        return options.samples
    marked = {sample for sample, mark in read_marks(root).items() if mark.marked}
    return marked if options.samples is None else marked & options.samples


def _fits(row: Mapping[str, Any], outcome: Outcome, options: ExportOptions) -> bool:
    if options.min_score is not None:
        score = score_of(row)
        if score is None or score < options.min_score:
            return False
    return (not options.outcomes or outcome in options.outcomes) and (
        not options.tasks or row["task"] in options.tasks
    )
