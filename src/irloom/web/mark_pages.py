"""Answers that mark samples, and that hand out the samples that fit as JSON lines."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from irloom.engine.marks import Mark, write_mark
from irloom.errors import StorageError
from irloom.web.filters import Filter
from irloom.web.pages import find_run, find_sample
from irloom.web.queries import Entry, find_entries, list_samples
from irloom.web.rows import read_rows
from irloom.web.runs import ViewedRun

LONGEST_NOTE = 10_000
_LONGEST_BODY = 100_000
_AT_ONCE = 200
"""Samples that are looked up and sent together."""


async def mark_sample(request: Request) -> Response:
    """Mark a sample, and write what is noted about it."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            raise HTTPException(413, f"A note has at most {LONGEST_NOTE:,} characters.")
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    mark = await run_in_threadpool(_write, request, fields)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(mark.model_dump())
    return RedirectResponse(
        request.url.path.removesuffix("/mark")
        + Filter.read(request.query_params, find_run(request).facts.facets).query(),
        303,
    )


def export_samples(request: Request) -> Response:
    """The samples that fit, one a line: their ids, verdicts and marks; with `rows`, their rows too."""
    run = find_run(request)
    wanted = Filter.read(request.query_params, run.facts.facets)
    with_rows = "rows" in request.query_params
    name = f"{run.root.resolve().name}{'-rows' if with_rows else ''}.jsonl"
    plain = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)
    return StreamingResponse(
        _dump_samples(run, wanted, with_rows),
        media_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{plain}"'},
    )


def _write(request: Request, fields: dict[str, str]) -> Mark:
    run = find_run(request)
    entry = find_sample(request, run)
    note = fields.get("note", "").replace("\r\n", "\n").strip()[:LONGEST_NOTE]
    mark = Mark(sample=entry.sample, marked=bool(fields.get("marked")), note=note)
    try:
        write_mark(run.root, mark)
    except StorageError as error:
        raise HTTPException(
            500, f"The mark was not kept: {error.__cause__}. Free space, or mend the folder, and mark again."
        ) from error
    return mark


def _dump_samples(run: ViewedRun, wanted: Filter, with_rows: bool) -> Iterator[bytes]:
    marks = run.marks
    with run.index.reading() as connection:
        slugs = list_samples(connection, wanted, marks)
    for first in range(0, len(slugs), _AT_ONCE):
        # A connection each time: the parts of an answer may come from different threads.
        with run.index.reading() as connection:
            entries = find_entries(connection, slugs[first : first + _AT_ONCE])
        lines = (_describe(run, entry, marks.get(entry.sample), with_rows) for entry in entries)
        yield b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)


def _describe(run: ViewedRun, entry: Entry, mark: Mark | None, with_rows: bool) -> dict[str, Any]:
    line: dict[str, Any] = {
        "sample": entry.sample,
        "outcome": entry.outcome,
        "verdicts": entry.verdicts,
        "marked": mark is not None and mark.marked,
        "note": mark.note if mark is not None else "",
    }
    return {**line, "rows": read_rows(run.root, entry)} if with_rows else line
