"""The index of one run: an SQLite file in the cache folder, which may be deleted at any time.

It holds what lists, counts and searches need, and for each sample where its rows lie; the rows
themselves and the transcripts are read from the run. Nothing holds the file open, so that one which
was deleted is made again, and several viewers may share one.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from irloom.errors import ConfigError, RunDirError
from irloom.runs.storage import safe_name

_SCHEME = 1
"""To be raised with every change of what the index holds."""
_TABLES = """
CREATE TABLE IF NOT EXISTS state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    offset INTEGER NOT NULL,    -- in commits.jsonl, after the last line that is in the index
    tail_length INTEGER NOT NULL,
    tail_sum INTEGER NOT NULL,  -- checksum of so many bytes before it: a log that was replaced is noticed
    commits INTEGER NOT NULL,
    ends TEXT NOT NULL,         -- where each data file ended at the last commit
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
    spans TEXT NOT NULL
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
        self.path = cache / "view" / f"{safe_name(root.resolve().name)}-{_identify(root)}.sqlite"

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that cannot write; sqlite3.OperationalError while there is no index."""
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction of its own, to an index that is made where there is none."""
        connection = self._open()
        try:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
        finally:
            connection.close()

    def prepare(self) -> None:
        """Make an empty index where there is none; ConfigError where that is not possible."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._open()
            with connection:
                connection.executescript(_TABLES)
            connection.close()
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(
                f"the index of {self.root} cannot be written to {self.path}: {error}; "
                "remove that file, or set IRLOOM_CACHE to another folder"
            ) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=60)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        # After a power cut an index may be broken or gone: it is a cache.
        connection.execute("PRAGMA synchronous = OFF")
        return connection


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
