"""Takes from a job's process everything that it does not need to draw."""

import contextlib
import fcntl
import os
import resource
import signal
import struct
import sys

LINUX = sys.platform == "linux"
RESULT_FD = 3
DESCRIPTORS = 64
SERVER_DESCRIPTORS = 256
_CAPABILITY_VERSION_3 = 0x20080522


def arrange_descriptors(log: int, result: int, ruleset: int | None) -> int | None:
    """Keep empty input, the log as both outputs and the result's pipe; give the ruleset's new number."""
    null = os.open(os.devnull, os.O_RDONLY)
    kept = [null, log, log, result, *([] if ruleset is None else [ruleset])]
    # Upwards first, so that no descriptor is overwritten before it is copied.
    above = [fcntl.fcntl(number, fcntl.F_DUPFD, SERVER_DESCRIPTORS // 2) for number in kept]
    for place, number in enumerate(above):
        os.dup2(number, place)
    os.closerange(len(kept), SERVER_DESCRIPTORS)
    return None if ruleset is None else RESULT_FD + 1


def limit_descriptors() -> None:
    """Bound the server's own descriptors, so that a job has few to close."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (SERVER_DESCRIPTORS, SERVER_DESCRIPTORS))


def limit_resources(memory_mib: int, cpu_s: int) -> None:
    """Bound memory, processor time and descriptors; no file can grow and no core is dumped."""
    limits = {
        resource.RLIMIT_AS: (memory_mib << 20,) * 2,
        resource.RLIMIT_CPU: (cpu_s, cpu_s + 1),  # a signal that says so, then one that cannot be ignored
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (DESCRIPTORS,) * 2,
        resource.RLIMIT_CORE: (0, 0),
    }
    for kind, (soft, hard) in limits.items():
        # macOS, where a job is not confined at all (level `off`), refuses to bound memory.
        with contextlib.nullcontext() if LINUX else contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))


def become(uid: int) -> None:
    """Become `uid` where that is somebody else, and give up every capability."""
    if uid != os.getuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if LINUX:
        import ctypes

        from irloom.sandbox.inside.kernel import call

        header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), 8)
        call("capset", header, ctypes.create_string_buffer(24))


def die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent` dies; a change of user undoes it."""
    if not LINUX:
        return
    from irloom.sandbox.inside.kernel import PR_SET_PDEATHSIG, prctl

    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def close_kernel(ruleset: int | None, program: bytes | None) -> None:
    """Put this process under Landlock's rules and the filter's program, as far as given, for good."""
    if ruleset is None and program is None:
        return
    from irloom.sandbox.inside import landlock, seccomp
    from irloom.sandbox.inside.kernel import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, prctl

    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if ruleset is not None:
        landlock.restrict(ruleset)
        os.close(ruleset)
    if program is not None:
        seccomp.apply_filter(program)


def be_killed_first() -> None:
    """Let the kernel take this process, and not irloom, where the machine's memory runs out."""
    with contextlib.suppress(OSError):
        os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"1000")
