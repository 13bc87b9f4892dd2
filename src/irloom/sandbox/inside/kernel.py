"""Calls into the Linux kernel that Python has no function for."""

import ctypes
import os

from irloom.sandbox.inside.syscalls import PRIVILEGED, find_numbers

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: int | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make the system call `name` of `PRIVILEGED`; raises OSError where the kernel refuses."""
    number = find_numbers(PRIVILEGED)[name]
    return _checked(name, _libc.syscall(ctypes.c_long(number), *map(_as_long, arguments)))


def prctl(option: int, *arguments: int) -> None:
    """Set something of this process; raises OSError where the kernel refuses."""
    four = [*arguments, 0, 0, 0, 0][:4]
    _checked("prctl", _libc.prctl(ctypes.c_int(option), *(ctypes.c_ulong(value) for value in four)))


def _as_long(value: int | ctypes.Array[ctypes.c_char] | None) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
