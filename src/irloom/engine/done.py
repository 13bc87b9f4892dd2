"""How each committed sample ended, kept on disk while a run goes on: of 90,000 no id is held in memory."""

import sqlite3
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from irloom.errors import StorageError
from irloom.records import Outcome

_PAGE = 500
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What later decisions need of a committed sample; samples that ended alike share one."""

    attempt: int
    outcome: Outcome
    stages: tuple[str, ...]
    rules: int
    accepted: int
    why: str
    """Stage and message of its first failure; empty if it did not fail."""


class Done(Mapping[str, Committed]):
    """Committed samples by id, in the order of their first commits; nothing of it outlives the process.

    StorageError where the temporary file cannot be written or read.
    """

    def __init__(self) -> None:
        self._kinds: list[Committed] = []
        """Each kind of ending once: 118,000 samples end in a few ways."""
        self._numbers: dict[Committed, int] = {}
        self._count = 0
        try:
            # The empty name is a database of its own on disk, made once its pages no longer fit the cache.
            self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            self._db.execute("PRAGMA journal_mode = OFF")
            self._db.execute("PRAGMA cache_size = -256")  # in KiB
            self._db.execute("CREATE TABLE done (place INTEGER PRIMARY KEY, id TEXT UNIQUE, kind INTEGER)")
            self._db.execute("BEGIN")  # one transaction, so that pages are written only where they must be
        except sqlite3.Error as error:
            raise _explain(error) from error

    def find(self, fits: Callable[[Committed], bool]) -> Iterator[str]:
        """The samples that ended in a way that fits."""
        kinds = {number for number, kind in enumerate(self._kinds) if fits(kind)}
        return (sample for _, sample, kind in self._iterate() if kind in kinds)

    def __getitem__(self, sample: str) -> Committed:
        number = self._look(sample)
        if number is None:
            raise KeyError(sample)
        return self._kinds[number]

    def __contains__(self, sample: object) -> bool:
        return isinstance(sample, str) and self._look(sample) is not None

    def __setitem__(self, sample: str, ending: Committed) -> None:
        number = self._numbers.setdefault(ending, len(self._kinds))
        if number == len(self._kinds):
            self._kinds.append(ending)
        try:
            new = self._db.execute("INSERT OR IGNORE INTO done (id, kind) VALUES (?, ?)", (sample, number))
            if not new.rowcount:
                self._db.execute("UPDATE done SET kind = ? WHERE id = ?", (number, sample))
        except sqlite3.Error as error:
            raise _explain(error) from error
        self._count += new.rowcount

    def __iter__(self) -> Iterator[str]:
        return (sample for _, sample, _ in self._iterate())

    def __len__(self) -> int:
        return self._count

    def _look(self, sample: str) -> int | None:
        try:
            row = self._db.execute("SELECT kind FROM done WHERE id = ?", (sample,)).fetchone()
        except sqlite3.Error as error:
            raise _explain(error) from error
        return None if row is None else int(row[0])

    def _iterate(self) -> Iterator[tuple[int, str, int]]:
        place = 0
        while rows := self._read_page(place):
            yield from rows
            place = rows[-1][0]

    def _read_page(self, place: int) -> list[tuple[int, str, int]]:
        query = "SELECT place, id, kind FROM done WHERE place > ? ORDER BY place LIMIT ?"
        try:
            return self._db.execute(query, (place, _PAGE)).fetchall()
        except sqlite3.Error as error:
            raise _explain(error) from error


def _explain(error: sqlite3.Error) -> StorageError:
    return StorageError(
        f"Which samples are done cannot be kept in a temporary file ({error}). Nothing that was "
        "committed is lost: make room where temporary files lie, or name another place in the variable "
        "SQLITE_TMPDIR, then resume."
    )
