"""Mends a damaged run where the user says so (`resume --drop-damaged`): what is whole is kept.

New files are made beside the old ones and put in their place together, so that a kill in between is
finished by the next start; the old ones go to `RUN/damaged/TIME/`. Calls of samples that are to be made
again go into the journal, from where they are replayed.
"""

import datetime as dt
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import orjson

from irloom.engine.directory import dump_about
from irloom.engine.log import NOTE
from irloom.engine.salvage import collect_segments, copy_whole
from irloom.engine.storage import storing, sync_folder
from irloom.engine.survey import Survey, survey_run

_MENDED: Final = "mended"
_BUILDING: Final = ".mended.tmp"
_WHERE: Final = "where"
"""The name of the file that says where the old files go."""


def drop_damaged(root: Path, names: Sequence[str]) -> list[str]:
    """Mend a run, of which this process has the lock; what was done, or nothing where nothing is damaged.

    `names` are the data files of its flow. DamageError where the beginning of its rules cannot be rebuilt.
    """
    finish_mending(root)
    survey = survey_run(root, names)
    segments = collect_segments(root, survey)
    if not survey.is_damaged and not segments:
        return []
    time = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    with storing(str(root)):
        _build(root, survey, segments, time)
        (root / _BUILDING).rename(root / _MENDED)
        sync_folder(root)
    finish_mending(root)
    return [*survey.tell(), f"What was damaged is kept as it was in {root / 'damaged' / time}."]


def finish_mending(root: Path) -> None:
    """Put mended files into their places, and the old ones away; also after a kill in the middle of that."""
    mended = root / _MENDED
    if not (mended / _WHERE).is_file():
        return
    with storing(str(root)):
        away = root / "damaged" / (mended / _WHERE).read_text()
        files = sorted(path.relative_to(mended) for path in mended.rglob("*") if path.is_file())
        for name in (name for name in files if name.name != _WHERE):
            for folder in (away, root):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (root / name).exists() and not (away / name).exists():
                (root / name).rename(away / name)
            (mended / name).rename(root / name)
        sync_folder(away)
        sync_folder(root)
        shutil.rmtree(mended)


def _build(root: Path, survey: Survey, segments: Mapping[str, bytes], time: str) -> None:
    """Make the new files, and have them reach the disk."""
    building = root / _BUILDING
    shutil.rmtree(building, ignore_errors=True)
    (building / "journal").mkdir(parents=True)
    copy_whole(root, building, survey)
    for name, content in segments.items():
        _write(building / "journal" / name, content)
    about = orjson.loads((root / "run.json").read_bytes())
    _write(building / "run.json", dump_about(about | {NOTE: {"sealed_from": 0, "lines": 0}}))
    _write(building / _WHERE, time.encode())
    sync_folder(building)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
