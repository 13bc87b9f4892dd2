"""One export at a time writes to a place: whoever comes second is told, and nothing is mixed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from irloom.engine.odd_files import open_plain
from irloom.errors import UserError


@contextmanager
def claiming(path: Path) -> Iterator[None]:
    """Keep others from writing a file or folder; UserError where another export does so now.

    What is locked is `.NAME.lock` beside it, which goes at the end. One that a kill leaves keeps
    nobody out.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _lock(path.with_name(f".{path.name}.lock"))
    except BlockingIOError as error:
        raise UserError(
            f"Another export is writing {path} now: wait until it has ended, or name another place by --out."
        ) from error
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        with suppress(OSError):
            path.with_name(f".{path.name}.lock").unlink()
        os.close(descriptor)


def _lock(path: Path) -> int:
    """Open and lock a file; one that its owner has just taken away is made anew."""
    while True:
        descriptor = open_plain(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _leads_to(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _leads_to(path: Path, descriptor: int) -> bool:
    try:
        named, own = path.stat(), os.fstat(descriptor)
    except FileNotFoundError:
        return False
    return (named.st_dev, named.st_ino) == (own.st_dev, own.st_ino)
