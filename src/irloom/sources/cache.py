"""Opens the index of given inputs from the cache folder, building it first where it is not there.

Beside each index lies its sum. An index that does not fit it is not believed, and built again.
"""

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import platformdirs

from irloom.errors import ConfigError
from irloom.sources.collector import Progress
from irloom.sources.index import Index
from irloom.sources.index_builder import SCHEME_VERSION, build_index, describe_inputs
from irloom.sources.reading import Reading
from irloom.sources.staging import Kind
from irloom.sums import fits_sum, sum_path, write_sum

VARIABLE = "IRLOOM_CACHE"

Inputs = Mapping[Kind, tuple[Path, str]]


def choose_cache(cache: Path | None) -> Path:
    """Give the cache folder: the one asked for, else the variable's, else the system's."""
    if cache is not None:
        return cache
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else platformdirs.user_cache_path("irloom")


def open_index(inputs: Inputs, reading: Reading, cache: Path, progress: Progress) -> Index:
    """Open the index of `inputs`. Raises ConfigError where it has to be built, and cannot be."""
    about = describe_inputs(inputs, reading)
    path = cache / _name_index(about)
    try:
        # An index that is there needs no lock and no right to write.
        if fits_sum(path) and (index := Index.open(path, about)) is not None:
            return index
        was_there = path.is_file()
        index = _build_locked(path, inputs, reading, progress)
        if was_there:
            index.notices = (f"The index {path} was not as it had been built: it was built again.",)
        return index
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(
            f"the index cannot be written to the cache folder {cache}: {error}; "
            f"free some space there, or set {VARIABLE} to another folder"
        ) from error


def _name_index(about: Mapping[str, Any]) -> str:
    parts = [about.get(kind, "none")[:32] for kind in ("captions", "instances")]
    parts.append(hashlib.sha256(orjson.dumps(about["reading"])).hexdigest()[:8])
    return f"coco-v{SCHEME_VERSION}-{'-'.join(parts)}.sqlite"


def _build_locked(path: Path, inputs: Inputs, reading: Reading, progress: Progress) -> Index:
    about = describe_inputs(inputs, reading)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock(path.with_suffix(".lock"), progress):
        index = Index.open(path, about) if fits_sum(path) else None
        if index is None:
            _build(path, inputs, reading, progress)
            index = Index.open(path, about)
    if index is None:
        raise OSError(f"{path} cannot be read back")
    return index


@contextmanager
def _lock(path: Path, progress: Progress) -> Iterator[None]:
    """Hold the right to build; the system takes it from a process that dies."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another process that builds the index", 0, 1)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(path: Path, inputs: Inputs, reading: Reading, progress: Progress) -> None:
    """Build under a name that nobody else has, then rename; what killed builds left is removed."""
    for left in path.parent.glob(f"{path.stem}.*.part*"):
        left.unlink(missing_ok=True)
    unique = uuid4().hex
    target = path.with_suffix(f".{unique}.part")
    staging = path.with_suffix(f".{unique}.part-staging")
    try:
        build_index(target, staging, inputs, reading, progress)
        sum_path(path).unlink(missing_ok=True)
        target.replace(path)
        write_sum(path)
        _sync_folder(path.parent)
    finally:
        target.unlink(missing_ok=True)
        staging.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
