"""Runs code on a kernel that lacks something: a filter answers calls as such a kernel would."""

import errno
import os
import platform
import struct
import subprocess
import sys
from typing import Literal

from irloom.sandbox.inside.confine import close_kernel

Lacking = Literal["landlock", "seccomp", "namespaces"]

_X86 = platform.machine() == "x86_64"
_LANDLOCK, _PRCTL, _CLONE, _UNSHARE = 444, 157 if _X86 else 167, 56 if _X86 else 220, 272 if _X86 else 97
_SET_SECCOMP = 22
_NEW_NAMESPACE = 0x7E020000

_PREAMBLE = """
import asyncio
from pathlib import Path
from support.crippled import lack
from irloom.errors import ConfigError
from irloom.sandbox.levels import SandboxOptions, probe_sandbox
lack({lacking!r})
try:
    print(asyncio.run({code}))
except ConfigError as error:
    print(error)
"""


def run_without(lacking: Lacking, code: str) -> str:
    """Give what `code`, a coroutine of `probing`, comes to where the kernel lacks something."""
    done = subprocess.run(
        [sys.executable, "-c", _PREAMBLE.format(lacking=lacking, code=code)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def lack(lacking: Lacking) -> None:
    """Take something from this process and its children."""
    if lacking == "landlock":
        refused = _refuse(_LANDLOCK, errno.ENOSYS)
    elif lacking == "seccomp":
        refused = _refuse(_PRCTL, errno.EINVAL, (0x15, _SET_SECCOMP))
    else:
        refused = [*_refuse(_UNSHARE, errno.EPERM), *_refuse(_CLONE, errno.EPERM, (0x45, _NEW_NAMESPACE))]
    close_kernel(None, b"".join([_step(0x20, 0), *refused, _step(0x06, 0x7FFF0000)]))


def _refuse(number: int, error: int, condition: tuple[int, int] | None = None) -> list[bytes]:
    """Refuse a call, or only where its first argument meets a condition."""
    inner = [_step(0x06, 0x00050000 | error)]
    if condition:
        kind, value = condition
        inner = [_step(0x20, 16), _step(kind, value, 0, 1), *inner, _step(0x20, 0)]
    return [_step(0x15, number, 0, len(inner)), *inner]


def _step(code: int, value: int, jump: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, jump, otherwise, value)
