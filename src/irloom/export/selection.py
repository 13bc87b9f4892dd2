"""Selects the rows of a run that an export was asked for, and remembers where each stands."""

import shlex
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from irloom.engine.directory import RunDirectory
from irloom.engine.log import iterate_commits
from irloom.engine.marks import read_marks
from irloom.engine.reader import iterate_placed_rows
from irloom.engine.rows import iterate_committed, list_added
from irloom.errors import UserError
from irloom.export.credits import Credits
from irloom.export.options import ExportOptions
from irloom.pipelines.flow import Exported, list_first_image
from irloom.pipelines.registry import find_flow
from irloom.records import Outcome
from irloom.sources.licences import name_licence

_FIRST = "instructions"
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
    unjudged: int
    """Rows that nobody judged, and nobody asked for."""
    unlicensed: int
    """Rows whose photograph has no licence of those that were asked for."""
    lacking: int
    """Rows without an image, which are no items."""
    exported: Exported
    """How rows become items."""
    ranks: Mapping[str, int]
    """Samples by the order of their first commits, which no retry changes."""
    attempts: Mapping[str, int]
    """The last attempt at each, when the rows were selected."""


class _Ended(NamedTuple):
    """How the last attempt at a sample ended."""

    attempt: int
    outcome: Outcome


def select_rows(root: Path, options: ExportOptions) -> Selected:
    """Go through a run's rows; RunDirError for no run.

    UserError for a flow that makes no such rows, for a task that nobody knows, and where no row fits.
    """
    exported = find_exported(root, options.data)
    ended = _list_ended(root)
    attempts = {sample: one.attempt for sample, one in ended.items()}
    samples = _list_samples(root, options)
    places: list[Place] = []
    tasks = set[str]()
    passed_over = lacking = unjudged = unlicensed = 0
    credits = Credits(root)
    for offset, row in iterate_placed_rows(root, options.data, attempts):
        tasks.add(exported.task(row))
        outcome = read_outcome(row, ended[row["sample"]].outcome)
        if not _fits(row, outcome, options, exported, samples):
            passed_over += 1
        elif not (is_judged(row) or _takes_unjudged(options)):
            unjudged += 1
        elif options.licences and _find_licence(row, credits) not in options.licences:
            unlicensed += 1
        elif not (images := exported.images(row)):
            lacking += 1
        else:
            places.append(Place(offset, intern(row["sample"]), intern(images[0]), outcome))
    _check_tasks(options.tasks, tasks, find_flow(RunDirectory.open(root).flow).tasks)
    if not places:
        lacked = f" {lacking:,} {options.data} {exported.lacking}." if lacking else ""
        hint = f" {unjudged:,} were judged by nobody: --unjudged takes them." if unjudged else ""
        hint += f" {unlicensed:,} have no licence of those asked for." if unlicensed else ""
        raise UserError(
            _tell_nothing(root, options.data, passed_over + unjudged + unlicensed, f"{lacked}{hint}")
        )
    ranks = {sample: rank for rank, sample in enumerate(ended)}
    return Selected(places, passed_over, unjudged, unlicensed, lacking, exported, ranks, attempts)


def read_outcome(row: Mapping[str, Any], of_sample: Outcome) -> Outcome:
    """How the task of a row ended; for a row of no task, how its sample did."""
    return _VERDICTS.get(row.get("verdict", ""), of_sample)


def is_judged(row: Mapping[str, Any]) -> bool:
    """False for a row that should be judged, and was by nobody; a pair is chosen, and not judged."""
    return row.get("verdict") != "none" and row.get("outcome") != "unjudged"


def _takes_unjudged(options: ExportOptions) -> bool:
    return options.unjudged or "unjudged" in options.outcomes


def _find_licence(row: Mapping[str, Any], credits: Credits) -> str:
    found = credits.find(row)
    return name_licence(found["licence"], found["licence_url"])


def find_holders(root: Path, selected: Selected) -> dict[str, str]:
    """The sample committed first that shows each image, over all rows of a run, asked for or not."""
    holders: dict[str, str] = {}
    for image, sample in _list_images(root, selected.attempts):
        holders[image] = min(holders.get(image, sample), sample, key=selected.ranks.__getitem__)
    return holders


def _list_images(root: Path, attempts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    kinds = find_flow(RunDirectory.open(root).flow).data
    added = list_added(root, [data.name for data in kinds])
    for data in kinds:
        show = data.export.images if data.export is not None else list_first_image
        for _, row in iterate_committed(root, data.name, added[data.name]):
            if row["attempt"] == attempts.get(row["sample"]):
                yield from ((intern(image), intern(row["sample"])) for image in show(row))


def choose_data(root: Path) -> str:
    """The rows that are exported where nobody says which: instructions, else the first that can be.

    Where none can, the first of which the flow says what to do instead.
    """
    flow = find_flow(RunDirectory.open(root).flow)
    names = [one.name for one in flow.data if one.export is not None]
    names = names or [one.name for one in flow.data if one.instead]
    return _FIRST if _FIRST in names or not names else names[0]


def find_exported(root: Path, data: str) -> Exported:
    """How rows of a data file become items; UserError where the run's flow makes no such rows."""
    flow = find_flow(RunDirectory.open(root).flow)
    found = flow.find_data(data)
    if found is None or found.export is None:
        kinds = ", ".join(one.name for one in flow.data if one.export is not None)
        has = f" It exports {kinds}." if kinds else ""
        makes = "makes no" if found is None else "exports no"
        instead = f" {found.instead}" if found is not None and found.instead else ""
        raise UserError(f"{root} is a run of the flow {flow.name!r}, which {makes} {data}.{instead}{has}")
    return found.export


def _check_tasks(asked: Sequence[str], found: Set[str], known: Sequence[str]) -> None:
    """A misspelt task would else silently leave out what was wanted."""
    for task in asked:
        if task not in found | set(known):
            raise UserError(f"--task {task}: the run has only {', '.join(sorted(found)) or 'none at all'}.")


def _tell_nothing(root: Path, data: str, passed_over: int, lacked: str) -> str:
    if lacked and not passed_over:
        return f"Nothing of {root} can be exported.{lacked}"
    if passed_over:
        return (
            f"None of the {passed_over:,} {data} of {root} fits the conditions: nothing was written.{lacked}"
        )
    stands = f"`irloom inspect {shlex.quote(str(root))}` says how the run stands"
    return f"There are no {data} in {root} yet, so nothing was written: {stands}."


def _list_ended(root: Path) -> dict[str, _Ended]:
    commits = (event for event in iterate_commits(root) if event["event"] == "commit")
    return {event["sample"]: _Ended(event["attempt"], event["outcome"]) for event in commits}


def _list_samples(root: Path, options: ExportOptions) -> Set[str] | None:
    """The samples that may be in the export; None for all."""
    if not options.marked:
        return options.samples
    marked = {sample for sample, mark in read_marks(root).items() if mark.marked}
    return marked if options.samples is None else marked & options.samples


def _fits(
    row: Mapping[str, Any],
    outcome: Outcome,
    options: ExportOptions,
    exported: Exported,
    samples: Set[str] | None,
) -> bool:
    if samples is not None and row["sample"] not in samples:
        return False
    if options.min_score is not None:
        score = exported.score(row)
        if score is None or score < options.min_score:
            return False
    return (not options.outcomes or outcome in options.outcomes) and (
        not options.tasks or exported.task(row) in options.tasks
    )
