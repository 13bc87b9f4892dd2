"""Embeds many items and keeps each vector on disk, so that what was embedded survives whatever comes.

A batch is one file, which holds the keys of its items, then their vectors, then a sum over both. It is
written under a name that nobody else has, renamed when it is whole, and never changed, so that benches may
share the folder. A file that does not fit its sum is not believed: its items are embedded again.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from irloom.engine.storage import sync_folder
from irloom.errors import ConfigError, SourceError, StorageError
from irloom.protocols import Embedder, Query

_BROKEN = (ValueError, EOFError, KeyError, TypeError, SyntaxError, OverflowError, MemoryError)
"""What NumPy raises where a file is cut, or its head says what cannot be."""
BLOCK = 512
"""Items that are lost at most when a bench dies."""
Item = TypeVar("Item")
Vectors = NDArray[np.float32]
Report = Callable[[str, int, int], None]
"""Is told what is embedded, how many are done, and of how many; equal items count once."""


class _Place(NamedTuple):
    """Where a vector lies."""

    vectors: Vectors
    """All of a file, mapped."""
    row: int

    def is_before(self, other: "_Place") -> bool:
        """Whether the other follows in the same file."""
        return self.vectors is other.vectors and self.row + 1 == other.row


class KeptEmbedder:
    """An embedder whose vectors are kept in a folder.

    `identity` names everything that decides the vectors beside the items: kind, options, weights. An image
    counts as the same as long as its path, its size and the time of its last change are. Raises ConfigError
    where vectors of two sizes come together, StorageError where they cannot be kept or read.
    """

    def __init__(
        self,
        embedder: Embedder,
        identity: Mapping[str, Any],
        folder: Path,
        report: Report,
        notify: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.name = embedder.name
        self._notify = notify
        self._embedder = embedder
        self._identity = identity
        self._folder = folder
        self._report = report
        self._size: int | None = None
        """How many numbers a vector has; None before the first."""

    def embed_images(self, images: Sequence[Path]) -> list[Vectors]:
        """The vectors in blocks, mapped from their files, so that memory holds those that are looked at."""
        return self._embed("images", images, _describe_image, self._embedder.embed_images)

    def embed_queries(self, queries: Sequence[Query]) -> Vectors:
        """The vectors, one row a query."""
        return np.concatenate(self._embed("queries", queries, _describe_query, self._embedder.embed_queries))

    def _embed(
        self,
        what: str,
        items: Sequence[Item],
        describe: Callable[[Item], Any],
        work: Callable[[Sequence[Item]], Vectors],
    ) -> list[Vectors]:
        # All before any is embedded, so that a missing file costs nothing.
        keys = [_digest(describe(item)) for item in items]
        wanted = dict(zip(keys, items, strict=True))
        shelf = f"{_digest([self._identity, what])}-"
        places = self._find(shelf, wanted)
        missing = [key for key in wanted if key not in places]
        for start in range(0, len(missing), BLOCK):
            batch = missing[start : start + BLOCK]
            vectors = work([wanted[key] for key in batch])
            self._check_size(vectors)
            places |= self._keep(f"{shelf}{uuid4().hex}.npy", batch, vectors)
            self._report(what, len(places), len(wanted))
        return list(_join_runs([places[key] for key in keys]))

    def _find(self, shelf: str, wanted: Container[str]) -> dict[str, _Place]:
        places: dict[str, _Place] = {}
        with _storing(self._folder):
            for path in sorted(self._folder.glob(f"{shelf}*.npy")):
                places |= self._read_kept(path, wanted)
        for place in places.values():
            self._check_size(place.vectors)
        return places

    def _read_kept(self, path: Path, wanted: Container[str]) -> dict[str, _Place]:
        """The vectors of a file; none of one that is not as it was written, which goes."""
        try:
            return _read(path, wanted)
        except FileNotFoundError:  # another took it away
            return {}
        except _BROKEN:
            path.unlink(missing_ok=True)
            self._notify(f"The kept vectors {path} are not as they were written: they are made again.")
            return {}

    def _keep(self, name: str, keys: Sequence[str], vectors: Vectors) -> dict[str, _Place]:
        path = self._folder / name
        temporary = path.with_suffix(".part")
        with _storing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                _write(temporary, keys, vectors)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
            sync_folder(self._folder)
            return _read(path, frozenset(keys))

    def _check_size(self, vectors: Vectors) -> None:
        """Before they are kept: another model's would spoil what is there."""
        found = vectors.shape[1]
        self._size = self._size or found
        if found != self._size:
            raise ConfigError(
                f"{self.name} gave vectors of {self._size} and of {found} numbers, so its name is "
                "now another model's: serve the former again, or set IRLOOM_CACHE to an empty folder"
            )


def _describe_image(path: Path) -> list[Any]:
    try:
        found = path.stat()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror or error}): check the data set") from error
    return [str(path.absolute()), found.st_size, found.st_mtime_ns]


def _describe_query(query: Query) -> list[Any]:
    return [None if query.image is None else _describe_image(query.image), query.text]


def _digest(description: Any) -> str:
    text = json.dumps(description, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _join_runs(places: Sequence[_Place]) -> Iterator[Vectors]:
    """The rows in order; those that follow each other in a file come as one block, and none is copied."""
    start = 0
    for end, last in enumerate(places, 1):
        if end == len(places) or not last.is_before(places[end]):
            yield last.vectors[places[start].row : last.row + 1]
            start = end


def _write(path: Path, keys: Sequence[str], vectors: Vectors) -> None:
    """One record with all keys before all vectors, so that keys are read without touching the vectors."""
    shape = (len(keys), vectors.shape[1])
    form = np.dtype([("keys", "S40", shape[:1]), ("vectors", "<f4", shape), ("sum", "<u4")])
    record = np.zeros(1, form)
    record["keys"], record["vectors"] = keys, vectors
    record["sum"] = _sum_up(record)
    with path.open("wb") as file:
        np.save(file, record, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def _sum_up(record: NDArray[Any]) -> int:
    vectors = np.ascontiguousarray(record["vectors"][0])
    # `.data` is the memory itself, which `memoryview` would give too if NumPy's types knew of it.
    return zlib.crc32(vectors.data, zlib.crc32(record["keys"][0].tobytes()))


def _read(path: Path, wanted: Container[str]) -> dict[str, _Place]:
    """Where the wanted vectors of a file lie; raises ValueError or EOFError for one that is not whole.

    Files of before sums are taken as they are: what they hold may have been paid for.
    """
    record = np.load(path, mmap_mode="r")
    vectors = np.asarray(record["vectors"][0])  # still mapped; its slices are lighter than a memmap's
    found: list[str] = np.char.decode(record["keys"][0], "ascii").tolist()
    places = {key: _Place(vectors, row) for row, key in enumerate(found) if key in wanted}
    if places and "sum" in (record.dtype.names or ()) and int(record["sum"][0]) != _sum_up(record):
        raise ValueError("the sum does not fit")
    return places


@contextmanager
def _storing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"vectors cannot be kept in {folder} ({error.strerror or error}): free some space, or set "
            "IRLOOM_CACHE to another folder"
        ) from error
