"""Asks the index of a run: pages of samples, counts by facet, the neighbours of a sample."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from irloom.engine.marks import Mark
from irloom.engine.spans import Span
from irloom.views.blocks import Picture
from irloom.web.entries import FACETS
from irloom.web.filters import Filter

PAGE = 50
Marks = Mapping[str, Mark]
SHOWN_VALUES = 12
"""Values of a facet that a page shows at once; the others stand behind "more"."""
_MOST_VALUES = 500
"""Values of a facet that are listed at all; of rules there may be more."""


@dataclass(frozen=True)
class Entry:
    """A sample as the index knows it."""

    number: int
    sample: str
    slug: str
    title: str
    outcome: str
    attempt: int
    rules: int
    verdicts: Mapping[str, str]
    requests: int
    tokens: int
    cost_usd: float
    pictures: Mapping[str, Picture]
    spans: Mapping[str, Span]
    files: Mapping[str, str] | None
    """The sha256 of its pictures; None where only its transcript has them."""


@dataclass(frozen=True)
class Totals:
    """Sums over the samples that fit."""

    samples: int
    requests: int
    tokens: int
    cost_usd: float


@dataclass(frozen=True)
class Page:
    """Some samples, the last committed first, and the keys of the pages around."""

    entries: Sequence[Entry]
    newer: int | None
    """Samples after this number stand on the page before; None on the first."""
    older: int | None


@dataclass(frozen=True)
class Neighbours:
    """Where a sample stands among those that fit."""

    place: int | None
    """None for a sample that does not fit itself."""
    page: int | None
    """The key `older` of the page of the list that holds it; None for the first."""
    before: str | None
    after: str | None


def list_page(
    connection: sqlite3.Connection,
    wanted: Filter,
    marks: Marks,
    older_than: int | None = None,
    newer_than: int | None = None,
) -> Page:
    """A page of samples by key, so that the last page costs as much as the first."""
    conditions, values = _build_conditions(wanted, marks)
    order = "DESC"
    if newer_than is not None:
        conditions, values, order = [*conditions, "number > ?"], [*values, newer_than], "ASC"
    elif older_than is not None:
        conditions, values = [*conditions, "number < ?"], [*values, older_than]
    query = f"SELECT * FROM samples {_where(conditions)} ORDER BY number {order} LIMIT {PAGE + 1}"
    rows = connection.execute(query, values).fetchall()
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if order == "ASC":
        entries = [_read_entry(row) for row in reversed(rows)]
        has_newer, has_older = more, True
    else:
        entries = [_read_entry(row) for row in rows]
        has_newer, has_older = older_than is not None, more
    return Page(
        entries,
        newer=entries[0].number if entries and has_newer else None,
        older=entries[-1].number if entries and has_older else None,
    )


def list_samples(connection: sqlite3.Connection, wanted: Filter, marks: Marks) -> Sequence[str]:
    """The names in addresses of all samples that fit, in the order of their commits."""
    conditions, values = _build_conditions(wanted, marks)
    query = f"SELECT slug FROM samples {_where(conditions)} ORDER BY number"
    return [row["slug"] for row in connection.execute(query, values)]


def find_entry(connection: sqlite3.Connection, slug: str) -> Entry | None:
    """The sample of an address; None where there is none."""
    row = connection.execute("SELECT * FROM samples WHERE slug = ?", (slug,)).fetchone()
    return None if row is None else _read_entry(row)


def find_entries(connection: sqlite3.Connection, slugs: Sequence[str]) -> list[Entry]:
    """The samples of some addresses that are there, in the order of their commits."""
    query = "SELECT * FROM samples WHERE slug IN (SELECT value FROM json_each(?)) ORDER BY number"
    return [_read_entry(row) for row in connection.execute(query, (orjson.dumps(slugs).decode(),))]


def sum_up(connection: sqlite3.Connection, wanted: Filter, marks: Marks) -> Totals:
    """How many samples fit, and what they took."""
    conditions, values = _build_conditions(wanted, marks)
    sums = "count(*), coalesce(sum(requests), 0), coalesce(sum(tokens), 0), coalesce(sum(cost_usd), 0.0)"
    return Totals(*connection.execute(f"SELECT {sums} FROM samples {_where(conditions)}", values).fetchone())


def count_facets(
    connection: sqlite3.Connection, wanted: Filter, marks: Marks
) -> dict[str, list[tuple[str, int]]]:
    """How many samples have each value, the most frequent first; a chosen facet keeps its other values."""
    counts = _count(connection, wanted, marks)
    for facet in wanted.chosen:
        counts[facet] = _count(connection, wanted.without(facet), marks).get(facet, [])
    ordered = [*FACETS, *sorted(counts.keys() - FACETS.keys())]
    return {facet: _cut(counts[facet], wanted.chosen.get(facet)) for facet in ordered if counts.get(facet)}


def find_neighbours(connection: sqlite3.Connection, number: int, wanted: Filter, marks: Marks) -> Neighbours:
    """The samples before and after one, in the order of the list."""
    conditions, values = _build_conditions(wanted, marks)

    def ask(columns: str, condition: str, order: str = "", skipped: int = 0) -> Any:
        chosen = _where([*conditions, condition])
        query = f"SELECT {columns} FROM samples {chosen} {order} LIMIT 1 OFFSET {skipped}"
        row = connection.execute(query, [*values, number]).fetchone()
        return row[0] if row is not None else None

    newer: int = ask("count(*)", "number > ?")
    return Neighbours(
        place=newer + 1 if ask("1", "number = ?") else None,
        # The last sample of the page before: from this one, so many newer ones stand on its own page.
        page=ask("number", "number > ?", "ORDER BY number", newer % PAGE) if newer >= PAGE else None,
        before=ask("slug", "number > ?", "ORDER BY number"),
        after=ask("slug", "number < ?", "ORDER BY number DESC"),
    )


def count_in_flight(connection: sqlite3.Connection) -> int:
    """Samples that were begun and are not committed."""
    row = connection.execute("SELECT in_flight FROM state").fetchone()
    return len(orjson.loads(row["in_flight"])) if row is not None else 0


def _count(connection: sqlite3.Connection, wanted: Filter, marks: Marks) -> dict[str, list[tuple[str, int]]]:
    conditions, values = _build_conditions(wanted, marks)
    chosen = f"WHERE number IN (SELECT number FROM samples {_where(conditions)})" if conditions else ""
    counted = f"SELECT label, count(*) AS amount FROM tags {chosen} GROUP BY label"
    query = (
        f"SELECT facet, value, amount FROM ({counted}) JOIN labels USING (label) ORDER BY amount DESC, value"
    )
    counts: dict[str, list[tuple[str, int]]] = {}
    for row in connection.execute(query, values):
        counts.setdefault(row["facet"], []).append((row["value"], row["amount"]))
    return counts


def _cut(values: list[tuple[str, int]], chosen: str | None) -> list[tuple[str, int]]:
    """The most frequent values, and the chosen one however rare it is."""
    kept = values[:_MOST_VALUES]
    if chosen is not None and all(value != chosen for value, _ in kept):
        kept.append((chosen, dict(values).get(chosen, 0)))
    return kept


def _build_conditions(wanted: Filter, marks: Marks) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    for facet, value in wanted.chosen.items():
        conditions.append(
            "number IN (SELECT number FROM tags "
            "WHERE label = (SELECT label FROM labels WHERE facet = ? AND value = ?))"
        )
        values += [facet, value]
    if wanted.text:
        # A search for signs alone finds nothing, rather than everything.
        conditions.append("number IN (SELECT rowid FROM words WHERE words MATCH ?)" if wanted.match else "0")
        values += [wanted.match] if wanted.match else []
    if wanted.marked:
        fitting = [
            one.sample for one in marks.values() if (one.marked if wanted.marked == "marked" else one.note)
        ]
        conditions.append("sample IN (SELECT value FROM json_each(?))")
        values.append(orjson.dumps(fitting).decode())
    return conditions, values


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _read_entry(row: sqlite3.Row) -> Entry:
    pictures = [Picture(**picture) for picture in orjson.loads(row["pictures"])]
    return Entry(
        **{
            **dict(row),
            "verdicts": orjson.loads(row["verdicts"]),
            "pictures": {picture.kind: picture for picture in pictures},
            "files": orjson.loads(row["files"]),
            "spans": {name: Span(*span) for name, span in orjson.loads(row["spans"]).items()},
        }
    )
