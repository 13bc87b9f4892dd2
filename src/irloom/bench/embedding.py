"""Embeds many items in blocks that are kept on disk, so that what was embedded survives whatever comes."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from irloom.errors import SourceError, StorageError
from irloom.imaging import Embedder, Query

BLOCK = 512
"""Items that are lost at most when a bench dies."""
Item = TypeVar("Item")
Report = Callable[[str, int, int], None]
"""Is told what is embedded, how many are done, and of how many."""


class KeptEmbedder:
    """An embedder whose vectors are kept in a folder.

    `identity` names everything that decides the vectors beside the items: kind, options, weights. An image
    counts as the same as long as its size and the time of its last change are.
    """

    def __init__(self, embedder: Embedder, identity: Mapping[str, Any], folder: Path, report: Report) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._identity = json.dumps(identity, sort_keys=True, default=str)
        self._folder = folder
        self._report = report

    def embed_images(self, images: Sequence[Path]) -> list[NDArray[np.float32]]:
        """The vectors in blocks, mapped from their files, so that memory holds those that are looked at."""
        return self._embed("images", images, _describe_image, self._embedder.embed_images)

    def embed_queries(self, queries: Sequence[Query]) -> NDArray[np.float32]:
        """The vectors, one row a query."""
        return np.concatenate(self._embed("queries", queries, _describe_query, self._embedder.embed_queries))

    def _embed(
        self,
        what: str,
        items: Sequence[Item],
        describe: Callable[[Item], Any],
        work: Callable[[Sequence[Item]], NDArray[np.float32]],
    ) -> list[NDArray[np.float32]]:
        described = [describe(item) for item in items]  # all at once, so that a missing file costs nothing
        blocks = []
        for start in range(0, len(items), BLOCK):
            batch = items[start : start + BLOCK]
            key = json.dumps([self._identity, what, described[start : start + BLOCK]])
            path = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.npy"
            found = _read(path, len(batch))
            if found is None:
                _write(path, work(batch))
                found = np.load(path, mmap_mode="r")
            blocks.append(found)
            self._report(what, start + len(batch), len(items))
        return blocks


def _describe_image(path: Path) -> list[Any]:
    try:
        found = path.stat()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror or error}): check the data set") from error
    return [str(path.absolute()), found.st_size, found.st_mtime_ns]


def _describe_query(query: Query) -> list[Any]:
    return [None if query.image is None else _describe_image(query.image), query.text]


def _read(path: Path, rows: int) -> NDArray[np.float32] | None:
    """A block that was kept; None for one that is not there or not whole."""
    try:
        found: NDArray[np.float32] = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError):
        return None
    return found if found.ndim == 2 and len(found) == rows else None


def _write(path: Path, vectors: NDArray[np.float32]) -> None:
    """Write under a name that nobody else has, then rename."""
    temporary = path.with_suffix(f".{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.save(file, vectors, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise StorageError(
            f"vectors cannot be kept in {path.parent} ({error.strerror or error}): free some space, or set "
            "IRLOOM_CACHE to another folder"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
