"""Lets harmless habits of scripts work in a process that can write nothing: nothing is really done."""

import builtins
import io
import os
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot

_open = builtins.open


class _Nowhere(io.RawIOBase):
    """What is written here is gone, as in the null device, which cannot be opened for writing."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def pretend(saved: set[str]) -> None:
    """Take the place of a few functions; `saved` holds the names under which figures were saved."""
    os.mkdir = _do_nothing
    builtins.open = _open_unless_null
    for name in ("exists", "isfile"):
        setattr(os.path, name, _know_saved(getattr(os.path, name), saved))
    # Figures are drawn into memory, whichever window or file type a backend stands for.
    mpl.use = pyplot.switch_backend = _do_nothing


def _do_nothing(*_: object, **__: object) -> None:
    """Make no folder: scripts often make one for the figure. Change no backend: there are no windows."""


def _open_unless_null(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
    if file != os.devnull or not set(mode) & set("wax+"):
        return _open(file, mode, *args, **options)
    nowhere = io.BufferedWriter(_Nowhere())
    return nowhere if "b" in mode else io.TextIOWrapper(nowhere, "utf-8", "replace")


def _know_saved(ask: Callable[[Any], bool], saved: set[str]) -> Callable[[Any], bool]:
    """A question about files that knows the figures as well, which lie in memory."""

    def answer(path: Any) -> bool:
        is_name = isinstance(path, (str, os.PathLike))
        # Not `resolve`, which would ask the files.
        return (is_name and os.path.abspath(os.fspath(path)) in saved) or ask(path)  # noqa: PTH100

    return answer
