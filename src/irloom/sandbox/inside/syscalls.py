"""The system calls that drawing needs, with their numbers on x86-64 and aarch64.

A call that is not listed is refused: there is no way here to make a process or a thread, to open a
socket, to signal, trace or inspect another process, or to change anything in the file system.
Single-threaded jobs also leave a kernel race nobody to run against.
"""

import platform

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_X86_64 = 0
_AARCH64 = 1

ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # reading files that Landlock shows, and writing to pipes
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "lseek": (8, 62),
    "close": (3, 57),
    "close_range": (436, 436),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "stat": (4, None),
    "lstat": (6, None),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    # memory
    "brk": (12, 214),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "madvise": (28, 233),
    # waiting and time
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getrusage": (98, 165),
    # itself
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrandom": (318, 278),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "exit": (60, 93),
    "exit_group": (231, 94),
}

CHECKED: dict[str, tuple[int | None, int | None]] = {
    # allowed for some arguments only, see `seccomp`
    "open": (2, None),
    "openat": (257, 56),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "prlimit64": (302, 261),
}

ABSENT: dict[str, tuple[int | None, int | None]] = {
    # answered as by a kernel that does not know them, so that libc falls back to an older call
    "clone3": (435, 435),
    "openat2": (437, 437),
}

PRIVILEGED: dict[str, tuple[int | None, int | None]] = {
    # used by the server to confine a job
    "capset": (126, 91),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}


def find_numbers(calls: dict[str, tuple[int | None, int | None]]) -> dict[str, int]:
    """Give the numbers on this machine; a call that it does not have is left out.

    Raises OSError on a machine whose numbers are not known here.
    """
    machine = platform.machine()
    if machine not in AUDIT_ARCH:
        raise OSError(f"system-call numbers of {machine} are not known, only x86_64 and aarch64")
    column = _X86_64 if machine == "x86_64" else _AARCH64
    return {name: number for name, pair in calls.items() if (number := pair[column]) is not None}
