"""Keeps what model libraries say by the way off the terminal; what they raise is raised."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout


@contextmanager
def hush_libraries() -> Iterator[None]:
    """Drop log lines, progress bars and warnings of the block; import the libraries before it.

    A library that is imported inside would keep writing to what stands in for the terminal here.
    """
    root, silent, before = logging.getLogger(), logging.NullHandler(), logging.root.manager.disable
    # Where the root has no handler, the first `logging.info` of a library gives it one that prints.
    root.addHandler(silent)
    logging.disable(logging.CRITICAL)
    sink = io.StringIO()
    try:
        with redirect_stdout(sink), redirect_stderr(sink), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
        root.removeHandler(silent)
