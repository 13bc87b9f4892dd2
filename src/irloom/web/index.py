"""The index of one run: an SQLite file in the cache folder, which may be deleted at any time.

It holds what lists, counts and searches need, and for each sample where its rows lie; the rows
themselves and the transcripts are read from the run. Nothing holds the file open, so that one which
was deleted is made again, and several viewers may share one. Beside it lies its sum, which is written
whenever the index has caught up: a viewer that finds another index than that makes it anew.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from irloom.engine.storage import safe_name
from irloom.errors import ConfigError, RunDirError
from irloom.sums import fits_sum, write_sum

_SCHEME = 4
"""To be raised with every change of what the index holds."""
_TABLES = """
CREATE TABLE IF NOT EXISTS state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    offset INTEGER NOT NULL,    -- in commits.jsonl, after the last line that is in the index
    lines INTEGER NOT NULL,     -- how many that are
    tail_length INTEGER NOT NULL,
    tail_sum INTEGER NOT NULL,  -- checksum of so many bytes before it: a log that was replaced is noticed
    commits INTEGER NOT NULL,
    ends TEXT NOT NULL,         -- where each data file ended at the last commit, and with which checksum
    sums TEXT NOT NULL,
    in_flight TEXT NOT NULL     -- samples that were admitted and not committed
);
CREATE TABLE IF NOT EXISTS samples (
    number INTEGER PRIMARY KEY, -- of its last commit in the log
    sample TEXT UNIQUE NOT NULL,
    slug TEXT UNIQUE NOT NULL,  -- its name in addresses
    title TEXT NOT NULL,
    outcome TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    rules INTEGER NOT NULL,
    verdicts TEXT NOT NULL,     -- outcomes of its tasks, with rounds and objections
    requests INTEGER NOT NULL,  -- over all attempts, likewise tokens and cost
    tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    pictures TEXT NOT NULL,
    spans TEXT NOT NULL,
    files TEXT NOT NULL         -- the sha256 of its pictures, or null
);
CREATE TABLE IF NOT EXISTS labels (
    label INTEGER PRIMARY KEY, facet TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (facet, value)
);
CREATE TABLE IF NOT EXISTS tags (
    label INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (label, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_by_number ON tags (number, label);
CREATE VIRTUAL TABLE IF NOT EXISTS words
    USING fts5(text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
"""


class Index:
    """Where the index of one run is, and how it is opened."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self._cache = cache

    @property
    def path(self) -> Path:
        """Where it is; another run in the place of this one has another. RunDirError where there is none."""
        name = f"{safe_name(self.root.resolve().name)}-{_identify(self.root)}.sqlite"
        return self._cache / "view" / name

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that cannot write; sqlite3.DatabaseError while there is no index, or a broken one."""
        path = self.path
        with _removing_broken(path):
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            connection.row_factory = sqlite3.Row
            with closing(connection):
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction of its own, to an index that is made where there is none."""
        path = self.path
        with _removing_broken(path), _open(path) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def drop_changed(self) -> bool:
        """Remove an index that is not as a viewer left it: a changed byte of it would be a changed list.

        Whether one was removed; also one whose viewer was killed before it could write the sum.
        """
        path = self.path
        if not path.is_file() or fits_sum(path):
            return False
        _remove(path)
        return True

    def seal(self) -> None:
        """Write the sum of the index as it is; nothing while another viewer writes."""
        path = self.path
        with suppress(sqlite3.DatabaseError, OSError), _open(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("BEGIN IMMEDIATE")
            write_sum(path)

    def prepare(self) -> None:
        """Make an empty index where there is none or a broken one; ConfigError where that is not possible."""
        path = self.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _make_tables(path)
            except sqlite3.DatabaseError as error:
                if not is_broken(error):
                    raise
                _make_tables(path)
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(
                f"the index of {self.root} cannot be written to {path}: {error}; "
                "remove that file, or set IRLOOM_CACHE to another folder"
            ) from error


def is_broken(error: sqlite3.DatabaseError) -> bool:
    """Whether a file is no index any more, rather than missing or busy."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says which part of SQLite saw it
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _make_tables(path: Path) -> None:
    with _removing_broken(path), _open(path) as connection:
        connection.executescript(_TABLES)


@contextmanager
def _removing_broken(path: Path) -> Iterator[None]:
    """Remove an index that turns out to be broken, so that the next `prepare` makes it anew."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_broken(error):
            _remove(path)
        raise


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", ".sum"):
        path.with_name(path.name + end).unlink(missing_ok=True)


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        # After a power cut an index may be broken or gone: it is a cache.
        connection.execute("PRAGMA synchronous = OFF")
        yield connection


def _identify(root: Path) -> str:
    """Digest of where the run is and when it was created: another run in its place has another index."""
    path = root / "commits.jsonl"
    try:
        with path.open("rb") as file:
            first = file.readline()
    except OSError as error:
        raise RunDirError(f"{root} holds no run (there is no commits.jsonl).") from error
    whole = f"{_SCHEME}\n{root.resolve()}\n".encode() + first
    return hashlib.sha256(whole).hexdigest()[:16]
