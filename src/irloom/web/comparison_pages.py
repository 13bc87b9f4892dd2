"""Answers for the pages that compare two runs."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from irloom.views.differences import Piece, compare_words
from irloom.web.comparison import count_overlap, find_around, list_matches, reading_both
from irloom.web.filters import Filter
from irloom.web.pages import find_run, find_sample, read_key
from irloom.web.queries import find_entry
from irloom.web.rendering import render
from irloom.web.rows import tell_sample
from irloom.web.runs import ViewedRun


def show_comparison(request: Request) -> Response:
    """Samples of both runs, those that fared differently first asked for."""
    left, right = _find_both(request)
    only_different = request.query_params.get("show") != "all"
    with reading_both(left.index, right.index) as connection:
        overlap = count_overlap(connection)
        matches, older = list_matches(connection, only_different, read_key(request, "older"))
    return render(
        "compare.html",
        run=None,
        runs=request.app.state.runs,
        wanted=Filter(),
        left=left,
        right=right,
        overlap=overlap,
        matches=matches,
        older=older,
        only_different=only_different,
    )


def show_match(request: Request) -> Response:
    """One sample as it came out of two runs, what differs marked word by word."""
    left, right = _find_both(request)
    only_different = request.query_params.get("show") != "all"
    mine = find_sample(request, left)
    with right.index.reading() as connection:
        theirs = find_entry(connection, mine.slug)
    if theirs is None:
        raise HTTPException(404, f"{right.name} has no such sample.")
    with reading_both(left.index, right.index) as connection:
        before, after = find_around(connection, mine.number, only_different)
    texts = left.facts.view.texts(tell_sample(left.root, mine))
    others = right.facts.view.texts(tell_sample(right.root, theirs))
    pairs = [(name, texts.get(name, ""), others.get(name, "")) for name in dict.fromkeys([*texts, *others])]
    return render(
        "match.html",
        run=None,
        runs=request.app.state.runs,
        wanted=Filter(),
        sides=((left, mine), (right, theirs)),
        different=[(name, one, compare_words(one, other)) for name, one, other in pairs if one != other],
        alike=[(name, one, [Piece("same", one)]) for name, one, other in pairs if one == other],
        before=before,
        after=after,
        only_different=only_different,
    )


def _find_both(request: Request) -> tuple[ViewedRun, ViewedRun]:
    """The runs of an address; 400 where they are of different flows, whose samples have nothing in common."""
    left, right = find_run(request, "left"), find_run(request, "right")
    if left.facts.flow != right.facts.flow:
        raise HTTPException(
            400,
            f"Only runs of one flow can be compared: {left.name} is of {left.facts.flow}, "
            f"{right.name} of {right.facts.flow}.",
        )
    return left, right
