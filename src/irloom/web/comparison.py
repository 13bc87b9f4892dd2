"""Compares two runs by their indexes: which samples they share, and which of these fared differently."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import orjson

from irloom.web.index import Index
from irloom.web.queries import PAGE


@dataclass(frozen=True)
class Match:
    """A sample of both runs; of what stands in pairs, the left run's comes first."""

    numbers: tuple[int, int]
    sample: str
    slug: str
    title: str
    outcomes: tuple[str, str]
    verdicts: tuple[Mapping[str, str], Mapping[str, str]]
    kinds: tuple[Sequence[str], Sequence[str]]
    """The kinds of pictures that either has."""

    @property
    def tasks(self) -> list[str]:
        """The tasks of either, then the objections."""
        names = self.verdicts[0].keys() | self.verdicts[1].keys()
        return sorted(names, key=lambda name: (name == "objections", name))


@dataclass(frozen=True)
class Overlap:
    """How two runs compare, in samples."""

    shared: int
    different: int
    only_left: int
    only_right: int
    outcomes: Sequence[tuple[str, str, int]]
    """How often a pair of different outcomes occurs."""


@contextmanager
def reading_both(left: Index, right: Index) -> Iterator[sqlite3.Connection]:
    """A connection to the left index with the right one beside it; where one is broken, both are removed."""
    with right.reading(), left.reading() as connection:
        connection.execute("ATTACH ? AS other", (f"{right.path.absolute().as_uri()}?mode=ro",))
        yield connection


def count_overlap(connection: sqlite3.Connection) -> Overlap:
    """Count what two runs share."""
    shared, different = connection.execute(
        f"SELECT count(*), coalesce(sum({_DIFFERENT}), 0) FROM {_BOTH}"
    ).fetchone()
    left, right = (
        connection.execute(f"SELECT count(*) FROM {schema}.samples").fetchone()[0]
        for schema in ("main", "other")
    )
    outcomes = connection.execute(
        f"SELECT a.outcome, b.outcome, count(*) FROM {_BOTH} WHERE a.outcome <> b.outcome "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    return Overlap(shared, different, left - shared, right - shared, [tuple(row) for row in outcomes])


def list_matches(
    connection: sqlite3.Connection, only_different: bool, older_than: int | None = None
) -> tuple[Sequence[Match], int | None]:
    """A page of samples of both runs, and the key of the next page."""
    conditions = [_DIFFERENT] if only_different else []
    values = [older_than] if older_than is not None else []
    conditions += ["a.number < ?"] if older_than is not None else []
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM {_BOTH} {where} ORDER BY a.number DESC LIMIT {PAGE + 1}", values
    ).fetchall()
    matches = [_read_match(row) for row in rows[:PAGE]]
    return matches, matches[-1].numbers[0] if len(rows) > PAGE else None


def find_around(
    connection: sqlite3.Connection, number: int, only_different: bool
) -> tuple[str | None, str | None]:
    """The samples before and after one of the left run, in the order of the list."""
    condition = f"AND {_DIFFERENT}" if only_different else ""

    def ask(side: str, order: str) -> str | None:
        where = f"WHERE a.number {side} ? {condition} ORDER BY a.number {order} LIMIT 1"
        row = connection.execute(f"SELECT a.slug FROM {_BOTH} {where}", (number,)).fetchone()
        return str(row[0]) if row is not None else None

    return ask(">", "ASC"), ask("<", "DESC")


_BOTH = "main.samples AS a JOIN other.samples AS b ON b.sample = a.sample"
_DIFFERENT = "(a.outcome <> b.outcome OR a.verdicts <> b.verdicts)"
_COLUMNS = (
    "a.number AS left_number, b.number AS right_number, a.sample, a.slug, a.title, "
    "a.outcome AS left_outcome, b.outcome AS right_outcome, "
    "a.verdicts AS left_verdicts, b.verdicts AS right_verdicts, "
    "a.pictures AS left_pictures, b.pictures AS right_pictures"
)


def _read_match(row: sqlite3.Row) -> Match:
    left, right = (
        [picture["kind"] for picture in orjson.loads(row[f"{side}_pictures"])] for side in ("left", "right")
    )
    return Match(
        numbers=(row["left_number"], row["right_number"]),
        sample=row["sample"],
        slug=row["slug"],
        title=row["title"],
        outcomes=(row["left_outcome"], row["right_outcome"]),
        verdicts=(orjson.loads(row["left_verdicts"]), orjson.loads(row["right_verdicts"])),
        kinds=(left, right),
    )
