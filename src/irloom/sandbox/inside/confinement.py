"""Finds out what can hold a job here, by doing it in processes that are thrown away."""

import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from irloom.sandbox.inside.confine import LINUX, become, close_kernel

NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds every job of a server."""

    uid: int
    """Whom a job runs as."""
    abi: int | None = None
    """Landlock's ABI; None where jobs are not under it."""
    ruleset: int | None = None
    """The descriptor of Landlock's rules."""
    program: bytes | None = None
    """The filter on system calls; None where they are not filtered."""
    problems: tuple[str, ...] = ()
    """What was refused here."""

    def describe(self) -> dict[str, object]:
        """Give what the run's manifest keeps."""
        return {
            "uid": self.uid,
            "landlock_abi": self.abi,
            "seccomp": self.program is not None,
            "problems": list(self.problems),
        }


def find_hold(find_readable: Callable[[], list[str]]) -> Hold:
    """Build the rules and try everything once; what is refused here is among the problems."""
    if not LINUX:
        return Hold(os.getuid(), problems=(f"{sys.platform} has neither Landlock nor seccomp",))
    readable, problems = find_readable(), list[str]()
    abi, ruleset = _find_rules(readable, problems)
    program = _find_program(problems)
    return Hold(_choose_user(readable), abi, ruleset, program, tuple(problems))


def _find_rules(readable: list[str], problems: list[str]) -> tuple[int, int] | tuple[None, None]:
    from irloom.sandbox.inside import landlock

    try:
        abi, ruleset = landlock.find_abi(), landlock.build_ruleset(readable)
    except OSError as error:
        problems.append(f"Landlock: {_explain(error)}")
        return None, None
    if problem := _try(lambda: close_kernel(ruleset, None)):
        problems.append(f"Landlock: {problem}")
        return None, None
    return abi, ruleset


def _find_program(problems: list[str]) -> bytes | None:
    from irloom.sandbox.inside import seccomp

    try:
        program = seccomp.build_filter()
    except OSError as error:
        problems.append(f"seccomp: {_explain(error)}")
        return None
    if problem := _try(lambda: close_kernel(None, program)):
        problems.append(f"seccomp: {problem}")
        return None
    return program


def _choose_user(readable: list[str]) -> int:
    """Choose `nobody` for root, unless the interpreter lies where only root can read it."""

    def read_as_nobody() -> None:
        become(NOBODY)
        for folder in readable:
            next(Path(folder).iterdir(), None)

    own = os.getuid()
    return NOBODY if own == 0 and _try(read_as_nobody) is None else own


def _try(work: Callable[[], object]) -> str | None:
    """Do `work` in a process of its own; None if it could be done, else why not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(reading)
            try:
                work()
            except Exception as error:
                os.write(writing, _explain(error).encode())
            else:
                os.write(writing, b"done")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return None if said == "done" else said or "the process was killed"


def _explain(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
