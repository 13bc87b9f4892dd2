"""What tests run in child processes, which import it by this name."""

import os
import resource
import time
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from irloom.engine.commits import CommitLog, Finished
from irloom.engine.lock import RunLock
from irloom.engine.state import Admission
from irloom.engine.storage import AppendFile
from irloom.errors import RunDirError, StorageError
from irloom.records import Fault, Outcome, SampleResult

USAGE = {"requests": 2, "prompt_tokens": 10, "completion_tokens": 5}


def reopen(root: Path) -> CommitLog:
    log = CommitLog(root)
    log.recover()
    return log


def finished(
    sample: str,
    attempt: int = 1,
    outcome: Outcome = "accepted",
    rules: Iterable[Mapping[str, Any]] = (),
    filler: str = "",
) -> Finished:
    head = {"sample": sample, "attempt": attempt}
    failed = outcome == "failed"
    rows: dict[str, tuple[Mapping[str, Any], ...]] = {
        "pairs": ({**head, "caption": f"{sample} a {filler}"}, {**head, "caption": f"{sample} b"}),
        "instructions": () if failed else ({**head, "task": "reasoning"},),
        "failed": ({**head, "stage": "judge"},) if failed else (),
    }
    fault = Fault(stage="judge", error="EndpointError", message="no answer", task="reasoning")
    faults = (fault,) if failed else ()
    result = SampleResult(outcome=outcome, tasks={"reasoning": outcome}, rows=rows, faults=faults)
    return Finished(
        Admission(sample, attempt, 0), result, [{"key": f"{sample}.{attempt}"}], USAGE, list(rules)
    )


def commit(log: CommitLog, *samples: str) -> None:
    """Admit and commit samples, each in a group of its own."""
    for sample in samples:
        log.admit(Admission(sample, 1, 0))
        log.commit([finished(sample)])


def hold(root: str, pipe: Connection) -> None:
    """In a child: take the lock and keep it until killed."""
    lock = RunLock(Path(root))
    lock.acquire()
    pipe.send(os.getpid())
    pipe.recv()
    lock.release()
    pipe.send("released")


def try_to_take(root: str, pipe: Connection) -> None:
    """In a child: say how taking the lock went."""
    try:
        RunLock(Path(root)).acquire()
    except RunDirError as error:
        pipe.send(str(error))
    else:
        pipe.send("taken")


def hold_beside_a_child(root: str, pipe: Connection) -> None:
    """In a child: take the lock, fork, and say who the grandchild is."""
    RunLock(Path(root)).acquire()
    grandchild = os.fork()
    if grandchild == 0:
        time.sleep(60)
        os._exit(0)
    pipe.send((os.getpid(), grandchild))
    pipe.recv()


def tear(path: str) -> None:
    """In a child, so that the limit stays there: append until the file may grow no further, then again."""
    file = AppendFile(Path(path))
    file.append(b"1234\n")
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, resource.RLIM_INFINITY))
    with pytest.raises(StorageError, match="File too large"):
        file.append(b"5678\n")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with pytest.raises(StorageError, match="an earlier write failed"):
        file.append(b"90\n")


def fill_the_disk(root: str, limit: int) -> None:
    """In a child, so that the limit stays there: the second commit meets a full disk, a third comes after."""
    log = reopen(Path(root))
    commit(log, "1")
    for sample in "23":
        log.admit(Admission(sample, 1, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    with pytest.raises(
        StorageError, match=r"Cannot write .*: File too large\. Nothing that was committed is lost"
    ):
        log.commit([finished("2", filler="x" * 10_000)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with pytest.raises(StorageError, match="an earlier commit failed, so nothing more is written"):
        log.commit([finished("3")])
