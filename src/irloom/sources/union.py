"""Joins the images that a captions file and an instances file list: by id, else by file name."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from irloom.errors import ConfigError
from irloom.sources.names import contradict

_COLUMNS = "file, whole, base, width, height, other, repeats, url, photographer, licence"
SCHEME = """
CREATE TABLE image (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, captions_id TEXT, boxes_id TEXT, file TEXT,
    whole TEXT, base TEXT, width INTEGER, height INTEGER, other TEXT, repeats INTEGER NOT NULL,
    url TEXT, photographer TEXT, licence TEXT
);
CREATE TABLE pair (captions INTEGER PRIMARY KEY, boxes INTEGER NOT NULL UNIQUE, other TEXT);
"""
"""Its tables; `listed` holds the images of each file."""


class _Two(NamedTuple):
    """An image of the captions file beside one of the instances file."""

    captions: int
    boxes: int
    id: str
    boxes_id: str
    file: str | None
    boxes_file: str | None

    @property
    def disagree(self) -> bool:
        """Whether their names are those of two files; a missing name contradicts nothing."""
        one, other = self.file, self.boxes_file
        return one is not None and other is not None and one != other and contradict(one, other)


def unite(db: sqlite3.Connection, both: bool) -> Counter[str]:
    """Fill `image` from `listed`, and give what there was to count. Raises ConfigError for strangers."""
    counts: Counter[str] = Counter()
    if both:
        db.execute("CREATE INDEX listed_whole ON listed (kind, whole)")
        db.execute("CREATE INDEX listed_base ON listed (kind, base)")
        counts["image_joined_by_name"] = _pair(db)
    _fill(db, counts["image_joined_by_name"] > 0)
    counts["image_id_taken"] = db.execute(
        "SELECT (SELECT count(*) FROM listed) - (SELECT count(*) FROM pair) - (SELECT count(*) FROM image)"
    ).fetchone()[0]
    for key in ("whole", "base"):
        # Two entries of the very same file are one name; `a.JPG` beside `a.jpg` are two.
        distinct = "file" if key == "whole" else "whole"
        db.execute(
            f"CREATE TABLE ambiguous_{key} AS SELECT {key} FROM image WHERE {key} IS NOT NULL "
            f"GROUP BY {key} HAVING count(DISTINCT {distinct}) > 1"
        )
        db.execute(f"CREATE INDEX by_{key} ON ambiguous_{key} ({key})")
    return counts


def _pair(db: sqlite3.Connection) -> int:
    """Pair the images of both files; give how many had to be paired by name."""
    agree, strangers = 0, 0
    example = None
    for two in _by_id(db):
        agree += not two.disagree
        strangers += two.disagree
        example = example or (two if two.disagree else None)
    key = _choose_key(db)
    renamed = sum(1 for _ in _by_name(db, key)) if key else 0
    if renamed:
        db.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?, NULL)", _list_named(db, str(key)))
    elif example is not None and strangers > agree:
        raise ConfigError(
            f"--captions and --instances number their images differently, and no file names join them: image "
            f"id {example.id!r} is {example.file!r} in one and {example.boxes_file!r} in the other, and so "
            f"are {strangers:,} of {agree + strangers:,} ids. Give two files of the same images."
        )
    db.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?, ?)", _list_numbered(db, bool(renamed)))
    return renamed


def _list_named(db: sqlite3.Connection, key: str) -> Iterator[tuple[int, int]]:
    """Pairs by name, those with the same id included."""
    for two in _select(db, f"c.{key} = b.{key}"):
        if not two.disagree:
            yield two.captions, two.boxes


def _list_numbered(db: sqlite3.Connection, named: bool) -> Iterator[tuple[int, int, str | None]]:
    """Pairs by id; where names count, only those of which one has no name."""
    for two in _by_id(db):
        if not named or two.file is None or two.boxes_file is None:
            yield two.captions, two.boxes, (two.boxes_file if two.disagree else None)


def _by_id(db: sqlite3.Connection) -> Iterator[_Two]:
    return _select(db, "c.id = b.id")


def _by_name(db: sqlite3.Connection, key: str) -> Iterator[_Two]:
    """Images of one name under two ids."""
    return (two for two in _select(db, f"c.{key} = b.{key} AND c.id <> b.id") if not two.disagree)


def _select(db: sqlite3.Connection, condition: str) -> Iterator[_Two]:
    rows = db.execute(
        "SELECT c.position, b.position, c.id, b.id, c.file, b.file FROM listed c JOIN listed b "
        f"ON {condition} WHERE c.kind = 0 AND b.kind = 1 ORDER BY c.position"
    )
    return map(_Two._make, rows)


def _choose_key(db: sqlite3.Connection) -> str | None:
    """What names an image alone in each file: the last part of its name, the whole of it, or neither."""
    for key in ("base", "whole"):
        repeated = db.execute(
            f"SELECT 1 FROM listed WHERE {key} IS NOT NULL GROUP BY kind, {key} HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        if repeated is None:
            return key
    return None


def _fill(db: sqlite3.Connection, by_name: bool) -> None:
    """First the images of the captions file with what the other adds, then those of instances alone.

    Where ids count in both files alike, each file may annotate what only the other one lists.
    """
    # Boxes were drawn for the size that their own file lists, which therefore goes first.
    db.execute(
        f"""INSERT INTO image (id, captions_id, boxes_id, {_COLUMNS})
        SELECT c.id, c.id, CASE WHEN ? THEN b.id ELSE coalesce(b.id, c.id) END,
            coalesce(c.file, b.file), coalesce(c.whole, b.whole), coalesce(c.base, b.base),
            coalesce(b.width, c.width), coalesce(b.height, c.height),
            coalesce(c.other, pair.other, b.other), c.repeats + coalesce(b.repeats, 0),
            coalesce(c.url, b.url), coalesce(c.photographer, b.photographer), coalesce(c.licence, b.licence)
        FROM listed c LEFT JOIN pair ON pair.captions = c.position
            LEFT JOIN listed b ON b.position = pair.boxes
        WHERE c.kind = 0 ORDER BY c.position""",
        (by_name,),
    )
    # Where its id means another image in the captions file, one goes by its name.
    db.execute(
        f"""INSERT OR IGNORE INTO image (id, captions_id, boxes_id, {_COLUMNS})
        SELECT CASE WHEN id IN (SELECT id FROM listed WHERE kind = 0) THEN file ELSE id END,
            CASE WHEN ? THEN NULL ELSE id END, id, {_COLUMNS}
        FROM listed WHERE kind = 1 AND position NOT IN (SELECT boxes FROM pair) ORDER BY position""",
        (by_name,),
    )
