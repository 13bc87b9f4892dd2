"""Replaces a folder as a whole: readers find the old one or the new one, never a mixture."""

import os
import shutil
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from irloom.errors import UserError
from irloom.export.claims import claiming


@contextmanager
def replacing_folder(path: Path, own: Set[str], mark: str, made_by: str = "export") -> Iterator[Path]:
    """A folder to fill, which takes the place of `path` once it is complete and on disk.

    An error inside leaves the old folder as it was. A folder that is not empty is replaced only if it holds
    the file `mark` and nothing beside the names in `own`. A kill between the two renames at the end leaves
    the old folder beside, as `.NAME.old`; the next call puts it back. `made_by` is what messages call it.
    UserError for a folder of somebody else's, for one that another call is writing, and for an OSError
    inside.
    """
    path = path.resolve()
    fresh, old = (path.with_name(f".{path.name}.{ending}") for ending in ("tmp", "old"))
    with _writing(path), claiming(path):
        _put_back(path, old)
        _refuse_strangers(path, own, mark, made_by)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            yield fresh
            _sync_all(fresh)
            _swap(fresh, path, old)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror or error}.") from error


def _put_back(path: Path, old: Path) -> None:
    """Finish what an earlier call was killed in."""
    if not old.exists():
        return
    if path.exists():
        shutil.rmtree(old)
    else:
        old.rename(path)


def _refuse_strangers(path: Path, own: Set[str], mark: str, made_by: str) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise UserError(f"--out {path} is a file: name a folder.")
    found = sorted(file.name for file in path.iterdir())
    strangers = [name for name in found if name not in own]
    if strangers or (found and mark not in found):
        raise UserError(
            f"--out {path} holds {(strangers or found)[0]!r}, which no {made_by} made: "
            f"name an empty or new folder, or that of an earlier {made_by}."
        )


def _sync_all(folder: Path) -> None:
    """Have every file, and every name, reach the disk."""
    for parent, _, names in os.walk(folder):
        for name in (*names, "."):
            descriptor = os.open(Path(parent) / name, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _swap(fresh: Path, path: Path, old: Path) -> None:
    if path.exists():
        path.rename(old)
    try:
        fresh.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
    with suppress(OSError):  # the next call removes it
        shutil.rmtree(old)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
