"""Reads the index: images with their captions and boxes, page by page or by id."""

import sqlite3
import weakref
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import orjson

from irloom.errors import ConfigError
from irloom.sources.index_builder import APPLICATION_ID, SCHEME_VERSION
from irloom.sources.losses import read_losses

_COLUMNS = "position, id, file, width, height, other, alone, credit, captions, boxes, notes"


class IndexedImage(NamedTuple):
    """One row of the index; the last four are JSON."""

    position: int
    id: str
    file: str | None
    width: int | None
    height: int | None
    other: str | None
    alone: int
    credit: bytes
    captions: bytes
    boxes: bytes
    notes: bytes


class Index:
    """A complete index, open for reading; threads may share it."""

    def __init__(self, path: Path, db: sqlite3.Connection, meta: Mapping[str, Any]) -> None:
        self.path = path
        self.counts: Mapping[str, int] = meta["counts"]
        self.losses = read_losses(meta["losses"])
        self.labels = frozenset[str](meta["labels"])
        self.notices: tuple[str, ...] = ()
        """What is to be told of how it was opened."""
        self._db = db
        weakref.finalize(self, db.close)
        self._lock = Lock()

    @classmethod
    def open(cls, path: Path, about: Mapping[str, Any]) -> "Index | None":
        """Open an index, or give None where it is missing, damaged, or not of what `about` describes."""
        if not path.is_file():
            return None
        # Finished indexes never change, so they can be read without locks, even from read-only disks.
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        db = None
        try:
            db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
            meta = _read_meta(db, path, about)
        except (sqlite3.Error, orjson.JSONDecodeError):
            meta = None
        if db is None or meta is None:
            if db is not None:
                db.close()
            return None
        return cls(path, db, meta)

    def read_page(self, after: int, size: int) -> list[IndexedImage]:
        """Give up to `size` images that follow a position."""
        query = f"SELECT {_COLUMNS} FROM image WHERE position > ? ORDER BY position LIMIT ?"
        return self._fetch(query, (after, size))

    def read_spread(self, number: int) -> list[IndexedImage]:
        """Give about so many images, evenly spread."""
        step = max(1, int(self.counts.get("images", 0)) // number)
        return self._fetch(f"SELECT {_COLUMNS} FROM image WHERE position % ? = 0 ORDER BY position", (step,))

    def read_ids(self, after: int, size: int) -> list[tuple[int, str]]:
        """Give positions and ids of up to `size` images that follow a position."""
        query = "SELECT position, id FROM image WHERE position > ? ORDER BY position LIMIT ?"
        return [(position, name) for position, name in self._select(query, (after, size))]

    def find(self, sample_id: str) -> IndexedImage | None:
        """Give the image of an id."""
        found = self._fetch(f"SELECT {_COLUMNS} FROM image WHERE id = ?", (sample_id,))
        return found[0] if found else None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _fetch(self, query: str, values: tuple[Any, ...]) -> list[IndexedImage]:
        return [IndexedImage._make(row) for row in self._select(query, values)]

    def _select(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._db.execute(query, values).fetchall()
        except sqlite3.ProgrammingError:
            raise  # used after close: a mistake in the program, not in the file
        except sqlite3.DatabaseError as error:
            raise ConfigError(
                f"the index {self.path} cannot be read: {error}; delete it, and resume"
            ) from error


def _read_meta(db: sqlite3.Connection, path: Path, about: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give totals and losses of an index that is whole and belongs to `about`."""
    pages, page_bytes, application, version = (
        db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "page_size", "application_id", "user_version")
    )
    if (application, version) != (
        APPLICATION_ID,
        SCHEME_VERSION,
    ) or pages * page_bytes != path.stat().st_size:
        return None
    meta = {name: orjson.loads(value) for name, value in db.execute("SELECT name, value FROM meta")}
    return (
        meta if meta.get("inputs") == dict(about) and {"counts", "losses", "labels"} <= meta.keys() else None
    )
