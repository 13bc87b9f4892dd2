"""Keeps the indexes of runs up to date in a thread of its own, while the page serves what is there."""

import threading
from collections.abc import Mapping

from irloom.errors import IrloomError
from irloom.web.index import Index
from irloom.web.indexing import catch_up

POLL_S = 1.0


class Follower:
    """A thread that indexes runs, and then looks every second for more commits."""

    def __init__(self, runs: Mapping[Index, str]) -> None:
        self._runs = runs
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="irloom-view-index", daemon=True)
        self._problems: dict[Index, str] = {}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the group that is being indexed."""
        self._ended.set()
        self._thread.join()

    def problem(self, index: Index) -> str:
        """Why a run cannot be indexed; empty where it can."""
        return self._problems.get(index, "")

    def _follow(self) -> None:
        while not self._ended.is_set():
            for index in self._runs:
                self._catch_up(index)
            self._ended.wait(POLL_S)

    def _catch_up(self, index: Index) -> None:
        try:
            while not self._ended.is_set() and catch_up(index, self._runs[index]):
                pass
            self._problems.pop(index, None)
        except Exception as error:  # a thread that dies leaves a page that stands still and does not say why
            self._problems[index] = str(error) if isinstance(error, IrloomError) else repr(error)
