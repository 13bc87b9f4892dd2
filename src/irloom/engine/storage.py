"""Writing that survives: appended files, atomic replacement, cutting back, safe names.

An OSError becomes a StorageError here, once, so that a full disk stops the run with a message.
"""

import hashlib
import os
import re
import threading
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from irloom.engine.odd_files import create_anew, open_plain
from irloom.engine.steps import reached
from irloom.errors import StorageError

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_SUFFIXED = re.compile(r".*-[0-9a-f]{12}")


@contextmanager
def storing(what: str) -> Iterator[None]:
    """Turn an operating-system error into one that names the file and the way out."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"Cannot write {what}: {error.strerror or error}. "
            "Nothing that was committed is lost; free space or mend the folder, then resume."
        ) from error


def dump_line(row: Any) -> bytes:
    """One JSON line, newline included; keys keep their order."""
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def safe_name(sample: str) -> str:
    """A file name for a sample id: the id itself where that is safe, else a slug with a hash.

    Capitals count as unsafe, because some file systems would mix `A` and `a`.
    """
    if _SAFE.fullmatch(sample) and not _SUFFIXED.fullmatch(sample):
        return sample
    slug = re.sub(r"[^a-z0-9._-]+", "_", sample.lower()).strip("._-")[:40] or "sample"
    return f"{slug}-{hashlib.sha256(sample.encode()).hexdigest()[:12]}"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes, step: str) -> None:
    """Replace a file so that a reader sees the old text or the new one, never a part."""
    with storing(str(path)):
        temporary = path.with_name(f".{path.name}.tmp")
        reached(f"{step}.before_write")
        with os.fdopen(create_anew(temporary), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        reached(f"{step}.before_rename")
        temporary.replace(path)
        reached(f"{step}.after_rename")
        sync_folder(path.parent)


class AppendFile:
    """A file that only grows, with its length and the checksum of what it holds."""

    def __init__(self, path: Path, checksum: int = 0) -> None:
        self.path = path
        with storing(str(path)):
            self._descriptor = open_plain(path, os.O_RDWR | os.O_APPEND)
            self.size = os.fstat(self._descriptor).st_size
        self._close = weakref.finalize(self, os.close, self._descriptor)  # also of one that nobody closed
        self.checksum = checksum
        self._staged: list[bytes] = []
        self._dirty = False
        self._lock = threading.Lock()
        """The log gets admissions from the event loop and commits from a thread."""
        self._torn = ""

    def append(self, data: bytes) -> None:
        """Append all of `data`, or raise StorageError; what a failure leaves is cut at the next start."""
        self.stage(data)
        self.flush()

    def stage(self, data: bytes) -> None:
        """Take `data` in: length and checksum count it, and the next `flush` writes it."""
        with self._lock:
            self._staged.append(data)
            self.size += len(data)
            self.checksum = zlib.crc32(data, self.checksum)

    def flush(self) -> None:
        """Write what was staged, in one go; one writer's lines are never parted by another's.

        Nothing is appended after a failure, since the next line would begin within a torn one.
        """
        with self._lock, storing(str(self.path)):
            if self._torn:
                raise StorageError(
                    f"Cannot write {self.path}: an earlier write failed ({self._torn}). "
                    "Mend that, then resume: nothing that was committed is lost."
                )
            view, self._staged = memoryview(b"".join(self._staged)), []
            self._dirty = self._dirty or bool(view)
            try:
                while view:
                    view = view[os.write(self._descriptor, view) :]
            except OSError as error:
                self._torn = error.strerror or str(error)
                raise

    def sync(self) -> None:
        """Have everything appended reach the disk."""
        if self._dirty:
            self._dirty = False  # before the call, because another thread may append meanwhile
            with storing(str(self.path)):
                getattr(os, "fdatasync", os.fsync)(self._descriptor)

    def check_in_place(self) -> None:
        """Raise StorageError if the name no longer leads to this file: what is written would be lost."""
        with storing(str(self.path)):
            named, own = self.path.stat(), os.fstat(self._descriptor)
        if (named.st_dev, named.st_ino) != (own.st_dev, own.st_ino):
            raise StorageError(
                f"{self.path} was replaced while the run was going on: nothing more is written."
            )

    def cut(self, size: int, sync: bool = True) -> None:
        """Cut the file back to `size` bytes in place; it is never grown."""
        if size < self.size:
            with storing(str(self.path)):
                os.ftruncate(self._descriptor, size)
                if sync:
                    os.fsync(self._descriptor)
            self.size = size

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._descriptor = -1
        self._close()


def read_lines(path: Path, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Any]]:
    """Yield `(offset after the line, row)` for whole JSON lines; stop at a torn or foreign one."""
    with path.open("rb") as file:
        file.seek(start)
        position = start
        for line in file:
            position += len(line)
            if not line.endswith(b"\n") or (end is not None and position > end):
                return
            try:
                yield position, orjson.loads(line)
            except orjson.JSONDecodeError:
                return
