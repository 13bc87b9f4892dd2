"""Tells what is wrong with the machine, a file or a stream, and no bug, in one message."""

import errno
import os
import sys

from irloom.errors import EXIT_STOPPED, EXIT_USER

_ENDED = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE})
"""What may be better later, so that a run can go on then."""
_NO_MEMORY = ("can't allocate memory", "cannot allocate memory", "not enough memory", "std::bad_alloc")
"""What torch and the loader of shared libraries say, who have no exception of their own for it."""


def open_missing_streams() -> None:
    """Give a process that was started without its standard streams ones that lead nowhere.

    Else the next file that is opened would take their place, and get what is meant for the terminal.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is not None:
            continue
        opened = os.open(os.devnull, os.O_RDWR)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))


def close_output() -> None:
    """Let what cannot be written go nowhere, so that the end of the process does not complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def explain_outside(error: BaseException) -> tuple[str, int] | None:
    """What happened, with the exit code, for an error that comes from outside of irloom; None for a bug."""
    if isinstance(error, MemoryError) or _lacks_memory(error):
        return (
            "there is too little memory: end other programs, or lower --concurrency and batch sizes.",
            EXIT_STOPPED,
        )
    if not isinstance(error, OSError) or error.errno is None:
        return None
    said = error.strerror or str(error)
    if error.filename is None:
        return (f"the output cannot be written: {said}.", EXIT_STOPPED) if error.errno in _ENDED else None
    return f"{_shorten(os.fsdecode(error.filename))}: {said}.", (
        EXIT_STOPPED if error.errno in _ENDED else EXIT_USER
    )


def _lacks_memory(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, (RuntimeError, ImportError, OSError)) and any(one in said for one in _NO_MEMORY)


def _shorten(path: str, most: int = 300) -> str:
    """A path that is too long to be one is told by its ends."""
    return path if len(path) <= most else f"{path[: most // 2]} … {path[-most // 2 :]}"
