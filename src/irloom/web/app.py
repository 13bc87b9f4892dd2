"""Joins the pages, the guard and the thread that indexes into one application."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, ExceptionHandler

from irloom.errors import IrloomError
from irloom.sources.cache import choose_cache
from irloom.web.comparison_pages import show_comparison, show_match
from irloom.web.follower import Follower
from irloom.web.guard import Guard
from irloom.web.index import is_broken
from irloom.web.mark_pages import export_samples, mark_sample
from irloom.web.pages import show_list, show_picture, show_rules, show_sample, show_start, show_state
from irloom.web.rendering import FOLDER, render
from irloom.web.runs import open_runs

_SAMPLE = "/runs/{run:int}/samples/{slug}"
_ROUTES = (
    Route("/", show_start),
    Route("/runs/{run:int}", show_list),
    Route("/runs/{run:int}/state", show_state),
    Route("/runs/{run:int}/rules", show_rules),
    Route("/runs/{run:int}/export", export_samples),
    Route(_SAMPLE, show_sample),
    Route(f"{_SAMPLE}/mark", mark_sample, methods=["POST"]),
    Route("/image/{run:int}/{slug}/{kind}", show_picture),
    Route("/compare/{left:int}/{right:int}", show_comparison),
    Route("/compare/{left:int}/{right:int}/{slug}", show_match),
)


class _GuardedApp(Starlette):
    """An application whose guard stands around everything, pages for errors of our own too."""

    def build_middleware_stack(self) -> ASGIApp:
        """What Starlette asks once, before the first request."""
        return Guard(super().build_middleware_stack(), self.state.host, self.state.token)


def build_app(
    roots: Sequence[Path],
    host: str = "127.0.0.1",
    token: str | None = None,
    cache: Path | None = None,
    notify: Callable[[str], None] = lambda message: None,
) -> Starlette:
    """An application that shows some runs; RunDirError where one is none.

    `host` is the name that it is asked by, beside those of this machine; `notify` hears of an index that
    is built again.
    """
    runs = open_runs(roots, choose_cache(cache), notify)
    follower = Follower(runs)

    @asynccontextmanager
    async def live(app: Starlette) -> AsyncIterator[None]:
        follower.start()
        yield
        follower.stop()

    app = _GuardedApp(
        routes=[*_ROUTES, Mount("/static", StaticFiles(directory=FOLDER / "static"))],
        exception_handlers=_HANDLERS,
        lifespan=live,
    )
    app.state.host = host
    app.state.token = token
    app.state.runs = runs
    app.state.follower = follower
    return app


def _show_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _say(request, error.status_code, str(error.detail))


def _show_user_error(request: Request, error: Exception) -> Response:
    return _say(request, 500, str(error))


def _show_no_index(request: Request, error: Exception) -> Response:
    """The cache was removed or broken under us: it is being built again; any other fault is a bug."""
    assert isinstance(error, sqlite3.DatabaseError)
    if not (isinstance(error, sqlite3.OperationalError) or is_broken(error)):
        raise error
    answer = _say(request, 503, f"The index is being built ({error}). This page asks again in 2 seconds.")
    answer.headers["Refresh"] = "2"
    return answer


def _show_unreadable(request: Request, error: Exception) -> Response:
    return _say(request, 500, f"A file cannot be read: {error}. Was the run moved or deleted?")


def _show_bug(request: Request, error: Exception) -> Response:
    """Starlette raises the error again after this answer, and the server writes its traceback."""
    return _say(
        request,
        500,
        f"This is a bug in irloom, or a file of the run was edited ({type(error).__name__}: {error}). "
        "The terminal of `irloom view` shows more.",
    )


def _say(request: Request, status: int, message: str) -> Response:
    return render("problem.html", status, run=None, runs=request.app.state.runs, message=message, code=status)


_HANDLERS: Mapping[Any, ExceptionHandler] = {
    HTTPException: _show_problem,
    IrloomError: _show_user_error,
    sqlite3.DatabaseError: _show_no_index,
    OSError: _show_unreadable,
    Exception: _show_bug,
}
