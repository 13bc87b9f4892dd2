"""Landlock: the files that a job may read, and nothing that it may write."""

import ctypes
import os
import struct
from collections.abc import Iterable

from irloom.sandbox.inside.kernel import call

_VERSION = 1
_PATH_BENEATH = 1

_READ_FILE = 1 << 2
_READ_DIR = 1 << 3

# What can be ruled over, by the ABI that brought it; a ruleset may name no right that is newer.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NET_RIGHTS = {4: 0b11}
_SCOPES = {6: 0b11}  # abstract unix sockets, signals


def find_abi() -> int:
    """Give the version of Landlock that the kernel offers; raises OSError where there is none."""
    return call("landlock_create_ruleset", None, 0, _VERSION)


def build_ruleset(readable: Iterable[str]) -> int:
    """Give a descriptor of rules: files below `readable` can be read, all else is refused."""
    abi = find_abi()
    rights = [_add_up(table, abi) for table in (_FILE_RIGHTS, _NET_RIGHTS, _SCOPES)]
    # An older kernel knows a shorter structure, whose missing end must be zero.
    attributes = ctypes.create_string_buffer(struct.pack("=QQQ", *rights), 24)
    ruleset = call("landlock_create_ruleset", attributes, 24, 0)
    for path in readable:
        _allow_reading(ruleset, path)
    return ruleset


def restrict(ruleset: int) -> None:
    """Confine this process for good; NO_NEW_PRIVS must be set."""
    call("landlock_restrict_self", ruleset, 0)


def _add_up(table: dict[int, int], abi: int) -> int:
    return sum(rights for since, rights in table.items() if since <= abi)


def _allow_reading(ruleset: int, path: str) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", _READ_FILE | _READ_DIR, folder), 12)
        call("landlock_add_rule", ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(folder)
