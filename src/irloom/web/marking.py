"""Answers that mark samples, and that hand out the samples that fit as JSON lines."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from irloom.runs.marks import Mark, write_mark
from irloom.web.filters import Filter
from irloom.web.pages import find_run, find_sample
from irloom.web.queries import find_entry, list_samples
from irloom.web.rows import read_rows
from irloom.web.viewed import ViewedRun

LONGEST_NOTE = 10_000
_LONGEST_BODY = 100_000


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
        request.url.path.removesuffix("/mark") + Filter.read(request.query_params).query(), 303
    )


def export_samples(request: Request) -> Response:
    """The samples that fit, one a line: their ids, verdicts and marks; with `rows`, their rows too."""
    run, wanted = find_run(request), Filter.read(request.query_params)
    with_rows = "rows" in request.query_params
    name = (
        f"{run.name}{'-rows' if with_rows else ''}.jsonl".encode("ascii", "replace")
        .decode()
        .replace('"', "_")
    )
    return StreamingResponse(
        _dump_samples(run, wanted, with_rows),
        media_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _write(request: Request, fields: dict[str, str]) -> Mark:
    run = find_run(request)
    entry = find_sample(request, run)
    note = fields.get("note", "").replace("\r\n", "\n").strip()[:LONGEST_NOTE]
    mark = Mark(sample=entry.sample, marked=bool(fields.get("marked")), note=note)
    write_mark(run.root, mark)
    return mark


def _dump_samples(run: ViewedRun, wanted: Filter, with_rows: bool) -> Iterator[bytes]:
    marks = run.marks
    with run.index.reading() as connection:
        slugs = list_samples(connection, wanted, marks)
    for slug in slugs:
        # A connection each: the parts of an answer may come from different threads.
        with run.index.reading() as connection:
            entry = find_entry(connection, slug)
        if entry is None:
            continue
        mark = marks.get(entry.sample)
        line = {
            "sample": entry.sample,
            "outcome": entry.outcome,
            "verdicts": entry.verdicts,
            "marked": mark is not None and mark.marked,
            "note": mark.note if mark is not None else "",
        }
        if with_rows:
            line["rows"] = read_rows(run.root, entry)
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
