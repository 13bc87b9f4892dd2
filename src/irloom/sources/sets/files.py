"""The files of a set's folder, by the image that they belong to: on disk, since there may be millions."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from irloom.errors import ConfigError, SourceError
from irloom.sources.listing import is_hidden, is_thumbnail, walk
from irloom.sources.location import Finder, require_folder
from irloom.sources.sets.passed import Passed

MAX_ANNOTATION_BYTES = 64_000_000
"""No annotation of one image or one sequence comes near it."""

Role = Literal["infrared", "visible", "temperatures", "boxes", "infrared_boxes", "visible_boxes"]
"""`boxes` are of all pictures of an image; the others of these pixels alone."""


class Place(NamedTuple):
    """What a file is in its set."""

    key: str
    """What all files of one image or pair have in common; it becomes the id."""
    role: Role


class Group(NamedTuple):
    """The files of one image or pair, by role and in order."""

    key: str
    files: dict[Role, list[str]]

    def first(self, role: Role) -> str | None:
        """The file of a role; None where there is none."""
        return next(iter(self.files.get(role, ())), None)


class SetFiles:
    """Walks below the root, and reads annotations of it: neither leaves it by a link that is not followed."""

    def __init__(self, root: Path, follow_links: bool = False) -> None:
        """Raises ConfigError, which names --root, for what is no folder."""
        self.root = require_folder(root, "--root")
        self.finder = Finder(root, self.root, follow_links)
        self.passed = Passed()
        """What the last walk left out."""

    def walk(self) -> Iterator[PurePosixPath]:
        """Every file, except for hidden ones and what systems put beside them; in no order."""
        self.passed = passed = Passed()
        for name in walk(self.root, passed.add):
            path = PurePosixPath(name)
            passed.look(path)
            if not is_hidden(path) and not is_thumbnail(path):
                yield path

    def group(self, place: Callable[[PurePosixPath], Place | None]) -> Iterator[Group]:
        """The images of a set in the order of their keys, from what `place` says of each file."""
        # SQLite keeps a database without a name in a temporary file that nobody else sees.
        db = sqlite3.connect("", isolation_level=None)
        try:
            db.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA cache_size=-256; "
                "CREATE TABLE file (key TEXT, role TEXT, name TEXT);"
            )
            db.execute("BEGIN")
            db.executemany("INSERT INTO file VALUES (?, ?, ?)", self._place_all(place))
            db.execute("CREATE INDEX by_key ON file (key, role, name)")
            rows = db.execute("SELECT key, role, name FROM file ORDER BY key, role, name")
            for key, found in groupby(rows, key=lambda row: row[0]):
                files: dict[Role, list[str]] = {}
                for _, role, name in found:
                    files.setdefault(role, []).append(name)
                yield Group(key, files)
        finally:
            db.close()

    def _place_all(self, place: Callable[[PurePosixPath], Place | None]) -> Iterator[tuple[str, str, str]]:
        for path in self.walk():
            if (found := place(path)) is not None:
                yield found.key, found.role, path.as_posix()

    def read(self, name: str) -> bytes:
        """A whole annotation file. Raises SourceError where it is missing, too large or outside the root."""
        path = self.finder.find(name).path
        try:
            if path.stat().st_size > MAX_ANNOTATION_BYTES:
                raise SourceError(f"{name} is larger than any annotation: {path.stat().st_size:,} bytes")
            return path.read_bytes()
        except OSError as error:
            raise SourceError(f"{name} cannot be read: {error.strerror or error}") from error

    def read_text(self, name: str) -> str:
        """The same as text; a byte-order mark is dropped. Raises SourceError for what is no UTF-8."""
        try:
            return self.read(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SourceError(f"{name} is no text in UTF-8: {error}") from error

    def has(self, name: str) -> bool:
        """Whether a file or folder of this name is there. Raises ConfigError where nobody may look."""
        try:
            return (self.root / name).exists()
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:  # no file can be called so
                return False
            raise ConfigError(f"{self.root / name} cannot be looked for: {error.strerror}") from error

    def close(self) -> None:
        """Let go of the listing."""
        self.finder.close()
