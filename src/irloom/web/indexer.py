"""Fills the index of a run from where it stands to the last commit, a group of commits at a time."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from irloom.engine.log import LOG, LogLines
from irloom.engine.reader import list_row_files
from irloom.engine.rows import parse_row
from irloom.engine.spans import Span, Vouched, read_span
from irloom.engine.storage import safe_name
from irloom.errors import DamageError
from irloom.views.blocks import View, choose_title, collect_words, list_pictures
from irloom.web.entries import list_labels, summarise_verdicts
from irloom.web.index import Index, is_broken

GROUP: Final = 500
"""Lines of the log that are indexed in one transaction: what was done is seen about every second."""
TAIL: Final = 4096
"""Bytes of the log that are compared before more is added."""
_SOON: Final = 100_000
"""Bytes of the log that are indexed within a second: a run in progress is always a little ahead."""
Line = dict[str, Any]


def catch_up(index: Index, view: View) -> bool:
    """Index one more group; False where nothing is left. RunDirError where rows were edited."""
    index.prepare()
    try:
        return _add_group(index, view)
    except sqlite3.DatabaseError as error:
        if not is_broken(error):
            raise
    index.prepare()
    return _add_group(index, view)


def _add_group(index: Index, view: View) -> bool:
    with index.writing() as connection:
        state = _load_state(connection, index.root)
        lines = LogLines(index.root, state["offset"], state["lines"])
        events, damage = _read_group(lines)
        if damage is not None and not events:
            raise damage
        if not events:
            return False
        filler = _Filler(connection, index.root, view, state)
        with filler:
            for event in events:
                filler.take(event)
        state["lines"] = lines.number
        _save_state(connection, state, index.root / LOG, lines.end)
    return True


def _read_group(lines: LogLines) -> tuple[list[Line], DamageError | None]:
    """The next lines that hold, and why there are no more of them where one does not."""
    events: list[Line] = []
    try:
        for event in islice(lines, GROUP):
            events.append(event)
    except DamageError as damage:
        return events, damage
    return events, None


def share_indexed(index: Index) -> float:
    """How much of the log is in the index, 0..1; all of it where the rest takes less than a second."""
    with index.reading() as connection:
        row = connection.execute("SELECT offset FROM state").fetchone()
    size = (index.root / "commits.jsonl").stat().st_size
    offset = row["offset"] if row is not None else 0
    return offset / size if size - offset > _SOON else 1.0


def _load_state(connection: sqlite3.Connection, root: Path) -> Line:
    """Where the index stands; the beginning for one that belongs to another log."""
    row = connection.execute("SELECT * FROM state").fetchone()
    if row is not None and _fits(row, root / "commits.jsonl"):
        return {
            **dict(row),
            "ends": orjson.loads(row["ends"]),
            "sums": orjson.loads(row["sums"]),
            "in_flight": dict.fromkeys(orjson.loads(row["in_flight"])),
        }
    for table in ("state", "samples", "labels", "tags"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    return {"offset": 0, "lines": 0, "commits": 0, "ends": {}, "sums": {}, "in_flight": {}}


def _fits(row: sqlite3.Row, log: Path) -> bool:
    """Whether what was indexed last still stands where it stood."""
    with log.open("rb") as file:
        file.seek(row["offset"] - row["tail_length"])
        return bool(zlib.crc32(file.read(row["tail_length"])) == row["tail_sum"])


def _save_state(connection: sqlite3.Connection, state: Line, log: Path, offset: int) -> None:
    with log.open("rb") as file:
        length = min(offset - state["offset"], TAIL)
        file.seek(offset - length)
        checked = file.read(length)
    connection.execute(
        "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            offset,
            state["lines"],
            length,
            zlib.crc32(checked),
            state["commits"],
            orjson.dumps(state["ends"]),
            orjson.dumps(state["sums"]),
            orjson.dumps(list(state["in_flight"])),
        ),
    )


class _Filler:
    """Puts commits into the index, with the data files open."""

    def __init__(self, connection: sqlite3.Connection, root: Path, view: View, state: Line) -> None:
        self._connection = connection
        self._root = root
        self._view = view
        self._state = state
        self._vouched = Vouched(state["ends"], state["sums"])
        self._files: dict[str, BinaryIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> None:
        for name in list_row_files(self._root):
            self._files[name] = self._stack.enter_context((self._root / f"{name}.jsonl").open("rb"))

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def take(self, event: Line) -> None:
        """Take a line of the log in."""
        spans = self._vouched.take(event)
        self._state["ends"], self._state["sums"] = self._vouched.ends, self._vouched.sums
        if event["event"] == "admit":
            self._state["in_flight"][event["sample"]] = None
        elif event["event"] == "commit":
            self._state["in_flight"].pop(event["sample"], None)
            self._state["commits"] += 1
            self._add(event, spans)

    def _add(self, event: Line, spans: dict[str, Span]) -> None:
        rows = {name: list(self._read(name, spans[name])) for name in self._files if name in spans}
        number, sample, usage = self._state["commits"], event["sample"], event["usage"]
        before = self._forget(sample)
        pictures = [asdict(picture) for picture in list_pictures(self._view, rows)]
        tokens = usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
        self._connection.execute(
            "INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                sample,
                safe_name(sample),
                choose_title(self._view, rows),
                event["outcome"],
                event["attempt"],
                event["rules"],
                orjson.dumps(summarise_verdicts(event, rows, self._view)).decode(),
                before["requests"] + usage.get("requests", 0),
                before["tokens"] + tokens,
                before["cost_usd"] + usage.get("cost_usd", 0.0),
                orjson.dumps(pictures),
                orjson.dumps({name: tuple(span) for name, span in spans.items()}),
                orjson.dumps(event.get("files")),
            ),
        )
        self._tag(number, list_labels(event, rows, self._view) | {("rule", rule) for rule in before["rules"]})
        self._connection.execute(
            "INSERT INTO words (rowid, text) VALUES (?, ?)", (number, collect_words(sample, rows))
        )

    def _forget(self, sample: str) -> Line:
        """Take an earlier attempt out; what it cost and which rules it mined count on.

        Its words stay: no sample has their number any more.
        """
        found = self._connection.execute(
            "SELECT number, requests, tokens, cost_usd FROM samples WHERE sample = ?", (sample,)
        ).fetchone()
        if found is None:
            return {"requests": 0, "tokens": 0, "cost_usd": 0.0, "rules": []}
        number = (found["number"],)
        rules = self._connection.execute(
            "SELECT value FROM tags JOIN labels USING (label) WHERE number = ? AND facet = 'rule'", number
        ).fetchall()
        self._connection.execute("DELETE FROM samples WHERE number = ?", number)
        self._connection.execute("DELETE FROM tags WHERE number = ?", number)
        return {**dict(found), "rules": [row["value"] for row in rules]}

    def _tag(self, number: int, labels: set[tuple[str, str]]) -> None:
        for label in labels:
            self._connection.execute("INSERT OR IGNORE INTO labels (facet, value) VALUES (?, ?)", label)
            self._connection.execute(
                "INSERT INTO tags SELECT label, ? FROM labels WHERE facet = ? AND value = ?", (number, *label)
            )

    def _read(self, name: str, span: Span) -> Iterator[Line]:
        path = self._root / f"{name}.jsonl"
        for line in read_span(self._files[name], path, span).splitlines():
            yield parse_row(path, line)
