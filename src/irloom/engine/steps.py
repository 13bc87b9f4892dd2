"""Names the steps of the commit protocol as they are reached, so that tests can kill the process there."""

from collections.abc import Callable

_observer: Callable[[str], None] | None = None


def observe(observer: Callable[[str], None] | None) -> None:
    """Have `observer` called with the name of every step; None stops it."""
    global _observer
    _observer = observer


def reached(step: str) -> None:
    """Say that a step was reached; nothing happens outside tests."""
    if _observer is not None:
        _observer(step)
