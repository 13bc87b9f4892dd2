"""Processes that are forked from a server that has the imports done, which saves each two seconds."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["support.warm", "support.children"])


def start_forked(target: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """Start a process that calls a function of a module with arguments that can be pickled."""
    _start_server()
    process = _forking.Process(target=target, args=arguments)
    process.start()
    return process


def _start_server() -> None:
    """Start the server, if it does not run, where it finds what it imports beforehand.

    Python 3.11 hands it the path to look in, but does not use it.
    """
    paths = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        forkserver.ensure_running()
