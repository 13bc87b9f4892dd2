"""Answers for the pages of a run: lists, samples, rules."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from irloom.engine.marks import Mark
from irloom.engine.storage import safe_name
from irloom.engine.summary import tell_rules
from irloom.web.filters import Filter
from irloom.web.follower import Follower
from irloom.web.indexer import share_indexed
from irloom.web.pictures import NoPicture, OtherPicture, locate_picture, send_picture
from irloom.web.queries import Entry, count_in_flight, find_entry, find_neighbours, list_page
from irloom.web.rendering import render
from irloom.web.rows import find_recorded, read_turns, tell_sample
from irloom.web.runs import ViewedRun
from irloom.web.turns import view_turns


def show_start(request: Request) -> Response:
    """The run itself where there is one, else the runs."""
    runs: list[ViewedRun] = request.app.state.runs
    if len(runs) == 1:
        return RedirectResponse("/runs/0")
    counted = [(run, *run.count(Filter())) for run in runs]
    return render("runs.html", run=None, runs=runs, counted=counted, wanted=Filter())


def show_list(request: Request) -> Response:
    """A page of the samples that fit, with counts."""
    run = find_run(request)
    wanted = Filter.read(request.query_params, run.facts.facets)
    follower: Follower = request.app.state.follower
    stamp, marks = run.stamp(), run.marks
    with run.index.reading() as connection:
        page = list_page(connection, wanted, marks, read_key(request, "older"), read_key(request, "newer"))
        in_flight = count_in_flight(connection)
    totals, facets = run.count(wanted)
    return render(
        "list.html",
        **_frame(request, run, wanted),
        page=page,
        totals=totals,
        facets=facets,
        marks=marks,
        marked=sum(mark.marked for mark in marks.values()),
        noted=sum(bool(mark.note) for mark in marks.values()),
        in_flight=in_flight,
        share=share_indexed(run.index),
        problem=follower.problem(run),
        stamp=stamp,
    )


def show_state(request: Request) -> Response:
    """Whether a page is still what a run has come to."""
    run = find_run(request)
    return JSONResponse({"stamp": run.stamp(), "share": share_indexed(run.index)})


def show_sample(request: Request) -> Response:
    """Everything about one sample."""
    run = find_run(request)
    wanted = Filter.read(request.query_params, run.facts.facets)
    entry, marks = find_sample(request, run), run.marks
    with run.index.reading() as connection:
        around = find_neighbours(connection, entry.number, wanted, marks)
    totals, _ = run.count(wanted)
    told = tell_sample(run.root, entry)
    return render(
        "sample.html",
        **_frame(request, run, wanted),
        blocks=run.facts.view.blocks(told),
        faults=told.rows.get("failed", []),
        turns=view_turns(run.root, read_turns(run.root, entry)),
        entry=entry,
        around=around,
        fitting=totals.samples,
        mark=marks.get(entry.sample, Mark(sample=entry.sample)),
    )


def show_rules(request: Request) -> Response:
    """The rule book, with what each rule did."""
    run = find_run(request)
    rules = tell_rules(run.root)
    latest = max((rule.since for rule in rules), default=0)
    slugs = {rule.sample: safe_name(rule.sample) for rule in rules if rule.sample is not None}
    frame = _frame(request, run, Filter())
    return render("rules.html", **frame, rules=rules, latest=latest, slugs=slugs)


def show_picture(request: Request) -> Response:
    """A picture of a sample, small where the address ends in `?small`."""
    run = find_run(request)
    entry = find_sample(request, run)
    picture = entry.pictures.get(request.path_params["kind"])
    if picture is None:
        raise HTTPException(404, "This sample has no such picture.")
    try:
        path = locate_picture(picture, run.root, run.facts.source)
        small = "small" in request.query_params
        recorded = None if small or picture.folder != "run" else find_recorded(run.root, entry)
        answer = send_picture(path, small, (recorded or {}).get(picture.path))
    except OtherPicture as error:
        raise HTTPException(410, f"The picture is not shown: {error}.") from error
    except NoPicture as error:
        raise HTTPException(404, f"The picture is not shown: {error}.") from error
    # A retried sample may have another picture under the same address.
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def find_run(request: Request, name: str = "run") -> ViewedRun:
    """The run of an address as it is now; 404 where there is none, RunDirError where it is gone."""
    runs: list[ViewedRun] = request.app.state.runs
    number: int = request.path_params[name]
    if number >= len(runs):
        raise HTTPException(404, "There is no such run.")
    run = runs[number]
    run.read_again()
    return run


def find_sample(request: Request, run: ViewedRun) -> Entry:
    """The sample of an address; 404 where there is none."""
    with run.index.reading() as connection:
        entry = find_entry(connection, request.path_params["slug"])
    if entry is None:
        raise HTTPException(404, "There is no such sample, or it is not in the index yet.")
    return entry


def _frame(request: Request, run: ViewedRun, wanted: Filter) -> dict[str, Any]:
    """What every page of a run shows."""
    return {"run": run, "runs": request.app.state.runs, "wanted": wanted}


def read_key(request: Request, name: str) -> int | None:
    """A key of a page; none where the address holds no number."""
    value = request.query_params.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
