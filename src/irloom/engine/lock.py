"""One process owns a run: a kernel lock, and a heartbeat file for shared file systems.

The kernel lock is a POSIX record lock: a child does not inherit it, and a killed process frees it
at once. Other hosts may not see it (NFS without lockd), so the owner also writes who it is.
"""

import fcntl
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import orjson

from irloom.engine.odd_files import open_plain
from irloom.engine.storage import storing
from irloom.errors import RunDirError, StorageError

HEARTBEAT_S = 15.0
STALE_S = 120.0
_held: set[tuple[int, int]] = set()
"""Device and inode of the lock files that this process holds.

A record lock belongs to the process: a second one would be granted, and closing either descriptor frees both.
"""
_holding = threading.Lock()


class RunLock:
    """Holds `RUN/lock` from `acquire` to `release`."""

    def __init__(self, root: Path, notify: Callable[[str], None] = lambda message: None) -> None:
        self._path = root / "lock"
        self._notify = notify
        self._descriptor = -1
        self._name: tuple[int, int] | None = None
        self._owner = {"host": socket.gethostname(), "boot": _read_boot(), "pid": os.getpid()}
        self._seen_s = 0.0
        self._lost: StorageError | None = None

    def acquire(self, take_over: bool = False) -> None:
        """Take the lock; RunDirError names the owner if another process has it, or this one already."""
        with _holding:
            self._acquire(take_over)

    def _acquire(self, take_over: bool) -> None:
        if _identify(self._path) in _held:
            raise RunDirError(
                f"{self._path.parent} is in use by this process already: wait until that has ended."
            )
        with storing(str(self._path)):
            descriptor = open_plain(self._path, os.O_RDWR)
        try:
            owner = _read_owner(descriptor)
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RunDirError(
                    f"{self._path.parent} is in use by process {owner.get('pid', '?')} "
                    f"on {owner.get('host', '?')}: wait for it, or stop it, then resume."
                ) from error
            _refuse_live_stranger(owner, self._path.parent, take_over)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        self._name = _identify(descriptor)
        if self._name is not None:
            _held.add(self._name)
        self._write()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Refresh the heartbeat in a thread, so that nothing that this process does keeps it waiting."""
        over = threading.Event()
        thread = threading.Thread(target=self._keep_beating, args=(over,), name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def beat(self) -> None:
        """Say that the owner lives; StorageError where it cannot, or where the run has another owner."""
        with storing(str(self._path)):
            named, own = self._path.stat(), os.fstat(self._descriptor)
            owner = _read_owner(self._descriptor)
        if (named.st_dev, named.st_ino) != (own.st_dev, own.st_ino):
            self._lose("its lock file was replaced")
        if not self._is_ours(owner):
            self._lose(f"it was taken over by process {owner.get('pid', '?')} on {owner.get('host', '?')}")
        self._write()

    def check(self) -> None:
        """Raise StorageError where the run may be another's by now; to be asked before each commit."""
        if self._lost is not None:
            raise self._lost
        age_s = abs(time.time() - self._seen_s)  # on the wall, since the machine may have slept
        if age_s > 2 * HEARTBEAT_S:
            try:
                self.beat()
            except StorageError:
                if self._lost or age_s > STALE_S / 2:
                    raise

    def release(self) -> None:
        """Give the run free; the file stays and says nobody owns it."""
        if self._descriptor < 0:
            return
        with _holding:
            try:
                with storing(str(self._path)):
                    if self._is_ours(_read_owner(self._descriptor)):
                        os.ftruncate(self._descriptor, 0)
            finally:
                os.close(self._descriptor)
                self._descriptor = -1
                if self._name is not None:
                    _held.discard(self._name)

    def _keep_beating(self, over: threading.Event) -> None:
        told = False
        while not over.wait(HEARTBEAT_S):
            try:
                self.beat()
                told = False
            except StorageError as error:
                if self._lost:
                    return  # the next commit says so
                if not told:
                    told = True
                    self._notify(f"{error} Trying again; the run stops if that lasts {STALE_S / 2:.0f} s.")

    def _lose(self, why: str) -> NoReturn:
        self._lost = StorageError(
            f"{self._path.parent} is no longer this process's ({why}): nothing more is written. "
            "Resume when no other process works on it."
        )
        raise self._lost

    def _write(self) -> None:
        now_s = time.time()
        with storing(str(self._path)):
            os.pwrite(self._descriptor, orjson.dumps({**self._owner, "seen": now_s}).ljust(200) + b"\n", 0)
        self._seen_s = now_s

    def _is_ours(self, owner: Mapping[str, object]) -> bool:
        return self._owner.items() <= owner.items()


def _identify(file: Path | int) -> tuple[int, int] | None:
    """Device and inode of a file by its path or descriptor; None where it is not there."""
    try:
        found = os.fstat(file) if isinstance(file, int) else file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _read_owner(descriptor: int) -> dict[str, str | int | float]:
    try:
        owner = orjson.loads(os.pread(descriptor, 4096, 0))
    except orjson.JSONDecodeError:
        return {}
    return owner if isinstance(owner, dict) else {}


def _read_boot() -> str:
    """What the kernel calls this start of the machine; empty where it has no such mark."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _refuse_live_stranger(owner: dict[str, str | int | float], root: Path, take_over: bool) -> None:
    """Refuse where another host's heartbeat is fresh, since its kernel lock may not reach us.

    Two machines may have one name; then the kernel's own mark of this start tells them apart. Nor does a
    lock hold on every file system: an owner of this machine that still lives is asked of the kernel.
    """
    ours = owner.get("host") == socket.gethostname() and owner.get("boot", _read_boot()) == _read_boot()
    if not owner or (ours and not _is_alive(owner)) or (take_over and not ours):
        return
    seen = owner.get("seen")
    age_s = time.time() - seen if isinstance(seen, int | float) else math.inf
    if age_s < STALE_S:
        clocks = f"seen {age_s:.0f} s ago" if age_s >= 0 else f"whose clock is {-age_s:.0f} s ahead of ours"
        raise RunDirError(
            f"{root} is in use by process {owner.get('pid')} on {owner.get('host')}, {clocks}: "
            f"wait until it is {STALE_S:.0f} s old, or use --take-over if that host is gone."
        )


def _is_alive(owner: dict[str, str | int | float]) -> bool:
    """Whether an owner on this machine is a process still; an older irloom's mark does not tell of which."""
    pid = owner.get("pid")
    if not isinstance(pid, int) or pid <= 0 or pid == os.getpid() or "boot" not in owner:
        return False
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    except OSError:  # another user's, or a system that shows no states
        return True
    return state != "Z"
