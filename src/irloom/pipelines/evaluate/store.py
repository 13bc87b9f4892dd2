"""Questions of a large set, kept on disk while a run goes on: of 90,000 none is held in memory."""

import sqlite3
import weakref
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import overload

from irloom.errors import ConfigError
from irloom.pipelines.evaluate.records import Item

Decode = Callable[[str], Item]
"""Makes a question of what was kept of it."""
_PAGE = 500
"""Rows that are read at a time."""


class ItemStore(Sequence[Item]):
    """Questions in the order in which they came, each under its id; the file goes when it is closed.

    Threads may share it.
    """

    def __init__(self, decode: Decode) -> None:
        """Make a store in SQLite's own temporary file. Raises ConfigError where none can be made."""
        self._decode = decode
        self._lock = Lock()
        self._count = 0
        try:
            # The empty name is a database of its own on disk, which no one else sees.
            self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            self._db.execute("PRAGMA cache_size = -256")  # in KiB: most of it is read once, in order
            self._db.execute("CREATE TABLE item (place INTEGER PRIMARY KEY, id TEXT UNIQUE, kept TEXT)")
            self._db.execute("BEGIN")  # one transaction: nothing of it outlives the process anyway
        except sqlite3.Error as error:
            raise _explain(error) from error

    def add(self, name: str, kept: str) -> bool:
        """Keep a question; False where its id is there already. Raises ConfigError where the disk is full."""
        with self._lock:
            try:
                done = self._db.execute(
                    "INSERT OR IGNORE INTO item VALUES (?, ?, ?)", (self._count, name, kept)
                )
            except sqlite3.Error as error:
                raise _explain(error) from error
            self._count += done.rowcount
        return bool(done.rowcount)

    def list_ids(self) -> Iterator[str]:
        """Every id, in order."""
        return (name for name, _ in self._iterate())

    def find(self, name: str) -> Item | None:
        """A question by its id."""
        rows = self._select("SELECT id, kept FROM item WHERE id = ?", (name,))
        return self._decode(rows[0][1]) if rows else None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Item]:
        return (self._decode(kept) for _, kept in self._iterate())

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._count))]
        rows = self._select("SELECT id, kept FROM item WHERE place = ?", (range(self._count)[index],))
        return self._decode(rows[0][1])

    def _iterate(self) -> Iterator[tuple[str, str]]:
        for start in range(0, self._count, _PAGE):
            wanted = (start, start + _PAGE)
            yield from self._select(
                "SELECT id, kept FROM item WHERE place >= ? AND place < ? ORDER BY place", wanted
            )

    def _select(self, query: str, wanted: tuple[object, ...]) -> list[tuple[str, str]]:
        with self._lock:
            return self._db.execute(query, wanted).fetchall()


def _explain(error: sqlite3.Error) -> ConfigError:
    return ConfigError(
        f"the questions cannot be kept in a temporary file ({error}): make room where temporary files lie, "
        "or name another place in the variable SQLITE_TMPDIR"
    )
