"""Feeds COCO files into the staging tables, and refuses files of another kind."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from irloom.errors import ConfigError
from irloom.sources.json_stream import CHUNK_BYTES, read_arrays
from irloom.sources.staging import Kind, Listed, Staging

Progress = Callable[[str, int, int], None]

_NEEDED: dict[Kind, tuple[str, ...]] = {
    "captions": ("images", "annotations"),
    "instances": ("images", "annotations", "categories"),
}
_MARK: dict[Kind, str] = {"captions": "caption", "instances": "bbox"}
_OTHER: dict[Kind, Kind] = {"captions": "instances", "instances": "captions"}


def hash_file(path: Path, kind: Kind, progress: Progress) -> str:
    """Give a file's sha256. Raises ConfigError where it is no file that can be read."""
    try:
        if not path.exists():
            raise ConfigError(f"--{kind} {path} does not exist; give a COCO {kind} file")
        if not path.is_file():
            what = "a folder" if path.is_dir() else "no regular file"
            raise ConfigError(f"--{kind} {path} is {what}; give a COCO {kind} file")
        watch = _Watch(f"hashing {path.name}", path.stat().st_size, progress)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                watch(chunk)
    except OSError as error:
        raise ConfigError(f"--{kind} {path} cannot be read: {error.strerror or error}") from error
    return watch.digest()


def collect_file(staging: Staging, path: Path, kind: Kind, digest: str, progress: Progress) -> None:
    """Read a whole file into the staging tables.

    Raises ConfigError where it is malformed, of another kind, or no longer what was hashed.
    """
    watch = _Watch(f"reading {path.name}", path.stat().st_size, progress)
    found: set[str] = set()
    marks: Counter[str] = Counter()
    with closing(read_arrays(path, watch)) as members:
        for key, elements in members:
            if elements is not None:
                found.add(key)
                _collect_array(staging, key, elements, kind, marks)
            elif key in _NEEDED[kind]:
                raise ConfigError(f"--{kind} {path}: {key!r} is no array, so this is no COCO {kind} file")
    _check_kind(path, kind, found, marks)
    if watch.digest() != digest:
        raise ConfigError(f"--{kind} {path} changed while it was read; start again when it is complete")


def _collect_array(
    staging: Staging, key: str, elements: Iterator[object], kind: Kind, marks: Counter[str]
) -> None:
    if key == "images":
        for entry in _read_entries(elements, "images", "image_invalid", staging):
            staging.add_image(entry, kind)
    elif key == "annotations":
        add = staging.add_caption if kind == "captions" else staging.add_box
        what = "captions" if kind == "captions" else "boxes"
        for entry in _read_entries(elements, what, "annotation_invalid", staging):
            marks["all"] += 1
            marks["caption"] += "caption" in entry
            marks["bbox"] += "bbox" in entry
            add(entry)
    elif key == "categories" and kind == "instances":
        for entry in _read_entries(elements, "categories", "category_invalid", staging):
            staging.add_category(entry)
    elif key == "licenses":
        for entry in _read_entries(elements, "licences", "licence_invalid", staging):
            staging.add_licence(entry)


def _read_entries(elements: Iterator[object], what: str, note: str, staging: Staging) -> Iterator[Listed]:
    for element in elements:
        if isinstance(element, dict):
            yield element
        else:
            staging.losses.expect(what)
            staging.lose(what, note, repr(element))


def _check_kind(path: Path, kind: Kind, found: set[str], marks: Counter[str]) -> None:
    other = _OTHER[kind]
    if marks["all"] and not marks[_MARK[kind]]:
        looks = f"a COCO {other} file; are they swapped" if marks[_MARK[other]] else "another kind of file"
        raise ConfigError(
            f"--{kind} {path}: no annotation has {_MARK[kind]!r}, so it looks like {looks}? "
            f"Give a COCO {kind} file, such as {kind}_train2017.json"
        )
    missing = " and no ".join(repr(key) for key in _NEEDED[kind] if key not in found)
    if missing:
        has = ", ".join(sorted(found)) or "no array at all"
        raise ConfigError(
            f"--{kind} {path} has no {missing} array, so it is no COCO {kind} file (it has: {has})"
        )


class _Watch:
    """Hashes the bytes that pass, and tells how far they are."""

    def __init__(self, what: str, total: int, progress: Progress) -> None:
        self._what = what
        self._total = total
        self._progress = progress
        self._done = 0
        self._hash = hashlib.sha256()

    def __call__(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self._done += len(chunk)
        self._progress(self._what, self._done, self._total)

    def digest(self) -> str:
        """The sha256 of what passed."""
        return self._hash.hexdigest()
