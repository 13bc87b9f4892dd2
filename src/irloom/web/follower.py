"""Keeps the indexes of runs up to date in a thread of its own, while the page serves what is there."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from math import inf

from irloom.errors import IrloomError
from irloom.web.indexer import catch_up
from irloom.web.runs import ViewedRun

POLL_S = 1.0
_SEAL_EVERY_S = 10.0
"""A sum is taken of the whole index, so that a run in progress does not have one every second."""


class Follower:
    """A thread that indexes runs, and then looks every second for more commits."""

    def __init__(self, runs: Sequence[ViewedRun]) -> None:
        self._runs = runs
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="irloom-view-index", daemon=True)
        self._problems: dict[ViewedRun, str] = {}
        self._sealed_s: dict[ViewedRun, float] = {}
        self._unsealed: set[ViewedRun] = set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the group that is being indexed."""
        self._ended.set()
        self._thread.join()

    def problem(self, run: ViewedRun) -> str:
        """Why a run cannot be indexed; empty where it can."""
        return self._problems.get(run, "")

    def _follow(self) -> None:
        while not self._ended.is_set():
            for run in self._runs:
                self._catch_up(run)
            self._seal_due()
            self._ended.wait(POLL_S)
        for run in self._unsealed:
            self._seal(run)

    def _catch_up(self, run: ViewedRun) -> None:
        try:
            run.read_again()
            while not self._ended.is_set() and catch_up(run.index, run.facts.view):
                self._unsealed.add(run)
            self._problems.pop(run, None)
        except Exception as error:  # a thread that dies leaves a page that stands still and does not say why
            self._problems[run] = str(error) if isinstance(error, IrloomError) else repr(error)

    def _seal_due(self) -> None:
        """Seal once all runs can be looked at: nobody should wait for a sum."""
        for run in tuple(self._unsealed):
            if time.monotonic() - self._sealed_s.get(run, -inf) > _SEAL_EVERY_S:
                self._seal(run)
                self._unsealed.discard(run)

    def _seal(self, run: ViewedRun) -> None:
        with suppress(IrloomError):  # the run is gone, and its index with it
            run.index.seal()
        self._sealed_s[run] = time.monotonic()
