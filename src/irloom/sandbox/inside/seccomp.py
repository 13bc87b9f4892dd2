"""The filter on system calls: a short list is let through, everything else is refused."""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from irloom.sandbox.inside.kernel import PR_SET_SECCOMP, prctl
from irloom.sandbox.inside.syscalls import ABSENT, ALLOWED, AUDIT_ARCH, CHECKED, find_numbers

_LOAD = 0x20
_IF_EQUAL = 0x15
_IF_AT_LEAST = 0x35
_IF_ANY_BIT = 0x45
_RETURN = 0x06

_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_ERRNO = 0x00050000

_NUMBER = 0
_ARCH = 4
_X32 = 0x40000000
_MODE_FILTER = 2

_WRITING = (
    os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    | (getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY)
)  # fmt: skip
_FCNTL = (0, 1, 2, 3, 4, 1030)
"""F_DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC; F_SETOWN would let a pipe signal any process."""
_ITSELF = 0
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONCLEX, FIOCLEX."""


def build_filter() -> bytes:
    """Give the filter's program; raises OSError on a machine whose calls are not known."""
    allowed = find_numbers(ALLOWED)
    program = [
        _step(_LOAD, _ARCH),
        _step(_IF_EQUAL, AUDIT_ARCH[platform.machine()], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        _step(_IF_AT_LEAST, _X32, 0, 1),
        _step(_RETURN, _KILL),
    ]
    for number in allowed.values():
        program += _when(number, [_step(_RETURN, _ALLOW)])
    for number in find_numbers(ABSENT).values():
        program += _when(number, [_refuse(errno.ENOSYS)])
    for name, number in find_numbers(CHECKED).items():
        program += _when(number, _check(name))
    return b"".join([*program, _refuse(errno.EPERM)])


def apply_filter(program: bytes) -> None:
    """Put this process under the filter for good; NO_NEW_PRIVS must be set."""
    steps = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(steps))
    head = ctypes.create_string_buffer(header, len(header))
    prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(head))


def _check(name: str) -> list[bytes]:
    if name in ("open", "openat"):
        flags = 1 if name == "open" else 2
        # Landlock before ABI 3 lets a file be emptied by O_RDONLY | O_TRUNC, so it is not left to it alone.
        return [
            _load_argument(flags),
            _step(_IF_ANY_BIT, _WRITING, 1, 0),
            _step(_RETURN, _ALLOW),
            _refuse(errno.EACCES),
        ]
    if name in ("fcntl", "ioctl"):
        return _allow_values(1, _FCNTL if name == "fcntl" else _IOCTL)
    return _allow_values(0, (_ITSELF,))  # prlimit64


def _allow_values(argument: int, values: Iterable[int]) -> list[bytes]:
    block = [_load_argument(argument)]
    for value in values:
        block += _when(value, [_step(_RETURN, _ALLOW)])
    return [*block, _refuse(errno.EPERM)]


def _when(value: int, block: list[bytes]) -> list[bytes]:
    return [_step(_IF_EQUAL, value, 0, len(block)), *block]


def _load_argument(index: int) -> bytes:
    # The low half: all arguments checked here are 32-bit in the kernel, which ignores the rest.
    return _step(_LOAD, 16 + 8 * index)


def _refuse(number: int) -> bytes:
    return _step(_RETURN, _ERRNO | number)


def _step(code: int, value: int, jump: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, jump, otherwise, value)
