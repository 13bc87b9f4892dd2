"""The filter lets through what is listed, on both machines; its program is run here step by step."""

import errno
import os
import platform
import re
import struct
from pathlib import Path

import pytest

from irloom.sandbox.inside.seccomp import build_filter
from irloom.sandbox.inside.syscalls import ABSENT, ALLOWED, AUDIT_ARCH, CHECKED, PRIVILEGED, find_numbers

MACHINES = ("x86_64", "aarch64")
ALLOW, KILL = 0x7FFF0000, 0x80000000


def judge(program: bytes, number: int, *arguments: int, arch: int) -> int:
    """Run the program as the kernel does; gives what it returns."""
    data = struct.pack("=IIQ6Q", number, arch, 0, *[*arguments, 0, 0, 0, 0, 0, 0][:6])
    place = value = 0
    while True:
        code, jump, otherwise, operand = struct.unpack_from("=HBBI", program, place * 8)
        place += 1
        if code == 0x20:
            value = struct.unpack_from("=I", data, operand)[0]
        elif code == 0x06:
            return int(operand)
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[code]
            place += jump if holds else otherwise


def refusal(number: int) -> int:
    return 0x00050000 | number


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    monkeypatch.setattr(platform, "machine", lambda: name)
    return name


def test_what_is_listed_is_let_through_and_nothing_else(machine: str) -> None:
    program, arch = build_filter(), AUDIT_ARCH[machine]
    allowed, absent = find_numbers(ALLOWED), find_numbers(ABSENT)
    checked = find_numbers(CHECKED)
    for number in range(600):
        if number in allowed.values():
            assert judge(program, number, arch=arch) == ALLOW
        elif number in absent.values():
            assert judge(program, number, arch=arch) == refusal(errno.ENOSYS)
        elif number not in checked.values():
            assert judge(program, number, arch=arch) == refusal(errno.EPERM), number


def test_files_are_opened_for_reading_only(machine: str) -> None:
    program, arch = build_filter(), AUDIT_ARCH[machine]
    number = find_numbers(CHECKED)["openat"]
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CLOEXEC, os.O_RDONLY | os.O_DIRECTORY):
        assert judge(program, number, 0, 0, flags, arch=arch) == ALLOW
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_TMPFILE):
        assert judge(program, number, 0, 0, flags, arch=arch) == refusal(errno.EACCES)


def test_descriptors_can_signal_nobody(machine: str) -> None:
    program, arch = build_filter(), AUDIT_ARCH[machine]
    number = find_numbers(CHECKED)["fcntl"]
    f_setown, f_setsig, f_setfl = 8, 10, 4
    assert judge(program, number, 1, f_setown, arch=arch) == refusal(errno.EPERM)
    assert judge(program, number, 1, f_setsig, arch=arch) == refusal(errno.EPERM)
    assert judge(program, number, 1, f_setfl, arch=arch) == ALLOW


def test_only_its_own_limits_can_be_asked_for(machine: str) -> None:
    program, arch = build_filter(), AUDIT_ARCH[machine]
    number = find_numbers(CHECKED)["prlimit64"]
    assert judge(program, number, 0, arch=arch) == ALLOW
    assert judge(program, number, 1234, arch=arch) == refusal(errno.EPERM)


def test_the_calls_of_another_machine_kill(machine: str) -> None:
    program, i386 = build_filter(), 0x40000003
    other = AUDIT_ARCH[next(name for name in MACHINES if name != machine)]
    assert judge(program, 0, arch=i386) == KILL
    assert judge(program, 0, arch=other) == KILL
    assert judge(program, 0x40000000, arch=AUDIT_ARCH[machine]) == KILL


def test_a_machine_whose_calls_are_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="riscv64 are not known, only x86_64 and aarch64"):
        build_filter()


HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip(f"{header} is not here")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\n", header.read_text())
    known = {name: int(number) for name, number in found}
    known.setdefault("newfstatat", known.get("fstatat", 0))
    for calls in (ALLOWED, CHECKED, ABSENT, PRIVILEGED):
        for name, number in find_numbers(calls).items():
            if name in known:  # a header may be older than a call
                assert known[name] == number, name
