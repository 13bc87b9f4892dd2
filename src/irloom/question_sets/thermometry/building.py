"""`irloom build thermometry`: goes from radiometric files to questions, file by file."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from irloom.errors import ConfigError, ThermalFileError
from irloom.question_sets.builder import Drafted
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.thermometry.annotated import outline_regions, read_annotations, read_mask
from irloom.question_sets.thermometry.anomalies import draft_anomalies
from irloom.question_sets.thermometry.boxes import draft_regions
from irloom.question_sets.thermometry.comparisons import (
    draft_difference,
    draft_hottest_place,
    draft_hottest_quarter,
    draft_ranking,
    draft_warmer,
)
from irloom.question_sets.thermometry.desk import Desk
from irloom.question_sets.thermometry.frames import Frame, list_frames
from irloom.question_sets.thermometry.limits import draft_points_above, draft_regions_above
from irloom.question_sets.thermometry.looks import Purpose, Showing, show
from irloom.question_sets.thermometry.phrasings import read_phrasings
from irloom.question_sets.thermometry.points import draft_bar_ends, draft_coordinates, draft_marker
from irloom.question_sets.thermometry.settings import Task, ThermometrySettings
from irloom.records import Sample
from irloom.sources.location import require_folder
from irloom.thermal.files import read_thermogram

_Draft = Callable[[Showing, Desk], Iterator[Drafted]]
_SINGLE: Mapping[Purpose, Mapping[Task, _Draft]] = {
    "reading": {
        "point_coordinates": draft_coordinates,
        "point_marker": draft_marker,
        "difference": draft_difference,
        "above_point": draft_points_above,
        "above_region": draft_regions_above,
    },
    "comparing": {
        "hottest_place": draft_hottest_place,
        "hottest_quarter": draft_hottest_quarter,
        "warmer": draft_warmer,
        "ranking": draft_ranking,
    },
}
"""Tasks that are drafted each by itself."""


def build_thermometry(settings: ThermometrySettings, ledger: Ledger) -> Iterator[Drafted]:
    """Draft the questions of every file that can be read.

    Raises ConfigError for folders and annotations that cannot be read.
    """
    root = require_folder(settings.root, "--root")
    if settings.masks is not None and root.is_relative_to(require_folder(settings.masks, "--masks")):
        raise ConfigError(f"--masks {settings.masks} holds --root: put masks into a folder of their own.")
    desk = Desk(settings.seed, read_phrasings(), ledger, settings.mask_name)
    annotations = read_annotations(settings, ledger)
    made = set[str]()
    for name, sequence in list_frames(settings, ledger).items():
        for drafted in _draft_file(
            _read(name, sequence, annotations.get(name), settings, ledger), desk, settings
        ):
            made.add(drafted.draft.task)
            yield drafted
    _tell_missing(made, settings, ledger)


def _read(
    name: str, sequence: str, sample: Sample | None, settings: ThermometrySettings, ledger: Ledger
) -> Frame:
    found = read_thermogram(settings.root / name, settings.thermal)
    celsius = found.celsius.astype(np.float64)
    mask = None if settings.masks is None else read_mask(name, celsius.shape, settings.masks, ledger)
    regions = () if sample is None else outline_regions(sample, celsius.shape, ledger)
    return Frame(name, sequence, found, celsius, regions, mask)


def _draft_file(frame: Frame, desk: Desk, settings: ThermometrySettings) -> Iterator[Drafted]:
    wanted = frozenset(settings.tasks)
    for number in range(settings.per_file):
        for purpose, tasks in _SINGLE.items():
            try:
                shown = show(frame, number, purpose, settings.seed)
            except ThermalFileError as error:
                desk.ledger.remark(f"renderings that cannot be made: {error}", frame.name)
                continue
            drafts = [draft for task, draft in tasks.items() if task in wanted]
            if purpose == "reading":
                drafts += [partial(draft_regions, wanted=wanted), partial(draft_anomalies, wanted=wanted)]
                drafts += [draft_bar_ends] if wanted & {"bar_max", "bar_min"} else []
            for draft in drafts:
                yield from (one for one in draft(shown, desk) if one.draft.task in wanted)


def _tell_missing(made: set[str], settings: ThermometrySettings, ledger: Ledger) -> None:
    for task in settings.tasks:
        needs_mask = task.startswith("anomaly") and settings.masks is None
        if task not in made and not needs_mask:
            ledger.say(f"{task} is left out: no file allows a question that has one right answer.")
