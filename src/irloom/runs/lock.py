"""One process owns a run: a kernel lock, and a heartbeat file for shared file systems.

The kernel lock is a POSIX record lock: a child does not inherit it, and a killed process frees it
at once. Other hosts may not see it (NFS without lockd), so the owner also writes who it is.
"""

import asyncio
import fcntl
import math
import os
import socket
import time
from pathlib import Path

import orjson

from irloom.errors import RunDirError
from irloom.runs.storage import storing

HEARTBEAT_S = 15.0
STALE_S = 120.0


class RunLock:
    """Holds `RUN/lock` from `acquire` to `release`."""

    def __init__(self, root: Path) -> None:
        self._path = root / "lock"
        self._descriptor = -1

    def acquire(self, take_over: bool = False) -> None:
        """Take the lock; RunDirError names the owner if another process has it."""
        with storing(str(self._path)):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
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
        self.beat()

    def beat(self) -> None:
        """Write who owns the run and when it was last seen."""
        owner = {"host": socket.gethostname(), "pid": os.getpid(), "seen": time.time()}
        with storing(str(self._path)):
            os.pwrite(self._descriptor, orjson.dumps(owner).ljust(200) + b"\n", 0)

    async def keep_beating(self) -> None:
        """Refresh the heartbeat until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self.beat()

    def release(self) -> None:
        """Give the run free; the file stays and says nobody owns it."""
        if self._descriptor >= 0:
            with storing(str(self._path)):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def _read_owner(descriptor: int) -> dict[str, str | int | float]:
    try:
        owner = orjson.loads(os.pread(descriptor, 4096, 0))
    except orjson.JSONDecodeError:
        return {}
    return owner if isinstance(owner, dict) else {}


def _refuse_live_stranger(owner: dict[str, str | int | float], root: Path, take_over: bool) -> None:
    """Refuse where another host's heartbeat is fresh, since its kernel lock may not reach us."""
    if not owner or owner.get("host") == socket.gethostname() or take_over:
        return
    seen = owner.get("seen")
    age_s = time.time() - seen if isinstance(seen, int | float) else math.inf
    if age_s < STALE_S:
        raise RunDirError(
            f"{root} is in use by process {owner.get('pid')} on {owner.get('host')}, seen {age_s:.0f} s ago: "
            f"wait until it is {STALE_S:.0f} s old, or use --take-over if that host is gone."
        )
