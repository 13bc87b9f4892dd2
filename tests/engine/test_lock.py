"""One process owns a run; a killed one frees it at once, another host's heartbeat counts."""

import fcntl
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
import pytest

from irloom.engine import lock as lock_module
from irloom.engine.lock import STALE_S, RunLock
from irloom.errors import RunDirError, StorageError
from support.children import hold, hold_beside_a_child, try_to_take
from support.forked import start_forked


def start(work: Callable[[str, Connection], None], root: Path) -> tuple[Any, Connection]:
    ours, theirs = multiprocessing.Pipe()
    process = start_forked(work, str(root), theirs)
    theirs.close()
    assert ours.poll(30)
    return process, ours


def write_owner(root: Path, **owner: object) -> None:
    (root / "lock").write_bytes(orjson.dumps(owner).ljust(200) + b"\n")


def test_a_second_process_is_refused_with_process_and_host_of_the_owner(tmp_path: Path) -> None:
    lock = RunLock(tmp_path)
    lock.acquire()
    _, pipe = start(try_to_take, tmp_path)
    said = pipe.recv()
    assert f"{tmp_path} is in use by process {os.getpid()} on {socket.gethostname()}" in said
    assert "wait for it, or stop it, then resume" in said
    lock.release()
    _, pipe = start(try_to_take, tmp_path)
    assert pipe.recv() == "taken"


def test_a_killed_owner_frees_the_lock_at_once(tmp_path: Path) -> None:
    process, pipe = start(hold, tmp_path)
    pid = pipe.recv()
    with pytest.raises(RunDirError, match=f"in use by process {pid} on "):
        RunLock(tmp_path).acquire()
    os.kill(pid, signal.SIGKILL)
    process.join()
    lock = RunLock(tmp_path)
    lock.acquire()
    lock.release()


def test_take_over_does_not_take_a_run_from_a_living_process_of_this_host(tmp_path: Path) -> None:
    process, pipe = start(hold, tmp_path)
    pid = pipe.recv()
    with pytest.raises(RunDirError, match=f"in use by process {pid}"):
        RunLock(tmp_path).acquire(take_over=True)
    pipe.send("go")
    assert pipe.poll(30)
    process.join()


def test_a_forked_child_does_not_hold_the_lock_when_its_parent_is_gone(tmp_path: Path) -> None:
    process, pipe = start(hold_beside_a_child, tmp_path)
    parent, child = pipe.recv()
    try:
        with pytest.raises(RunDirError, match=f"in use by process {parent}"):
            RunLock(tmp_path).acquire()
        os.kill(parent, signal.SIGKILL)
        process.join()
        os.kill(child, 0)
        lock = RunLock(tmp_path)
        lock.acquire()
        lock.release()
    finally:
        os.kill(child, signal.SIGKILL)


def test_another_host_is_refused_until_its_heartbeat_is_old(tmp_path: Path) -> None:
    write_owner(tmp_path, host="elsewhere", pid=7, seen=time.time() - 5)
    with pytest.raises(RunDirError, match=r"in use by process 7 on elsewhere, seen [56] s ago") as caught:
        RunLock(tmp_path).acquire()
    assert "--take-over" in str(caught.value)
    write_owner(tmp_path, host="elsewhere", pid=7, seen=time.time() - STALE_S - 1)
    lock = RunLock(tmp_path)
    lock.acquire()
    assert orjson.loads((tmp_path / "lock").read_bytes())["host"] == socket.gethostname()
    lock.release()


def test_a_run_is_taken_over_from_a_host_that_is_gone_when_asked(tmp_path: Path) -> None:
    write_owner(tmp_path, host="elsewhere", pid=7, seen=time.time())
    lock = RunLock(tmp_path)
    lock.acquire(take_over=True)
    assert orjson.loads((tmp_path / "lock").read_bytes())["pid"] == os.getpid()
    lock.release()


def test_a_refused_attempt_leaves_the_owner_as_it_was(tmp_path: Path) -> None:
    write_owner(tmp_path, host="elsewhere", pid=7, seen=time.time())
    before = (tmp_path / "lock").read_bytes()
    with pytest.raises(RunDirError):
        RunLock(tmp_path).acquire()
    assert (tmp_path / "lock").read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"[]", b"\x00" * 200, b'{"host": "elsewhere"}', b'{"host":"elsewhere","seen":"late"}'],
)
def test_a_lock_file_that_says_nothing_useful_is_taken(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(content)
    lock = RunLock(tmp_path)
    lock.acquire()
    lock.release()


def test_a_released_lock_names_nobody_and_can_be_released_twice(tmp_path: Path) -> None:
    lock = RunLock(tmp_path)
    lock.release()
    lock.acquire()
    lock.release()
    lock.release()
    assert (tmp_path / "lock").read_bytes() == b""


# The heartbeat


def seen(root: Path) -> float:
    return float(orjson.loads((root / "lock").read_bytes())["seen"])


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 200
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def lock(tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[RunLock]:
    monkeypatch.setattr(lock_module, "HEARTBEAT_S", 0.01)
    lock = RunLock(tmp_path, told.append)
    lock.acquire()
    yield lock
    lock.release()


def test_the_heart_beats_while_the_process_is_busy_and_stops_with_the_block(
    tmp_path: Path, lock: RunLock
) -> None:
    first = seen(tmp_path)
    with lock.beating():
        wait_for(lambda: seen(tmp_path) > first)
    last = seen(tmp_path)
    time.sleep(0.05)
    assert seen(tmp_path) == last


def test_a_heartbeat_that_cannot_be_written_is_told_once_and_tried_again(
    tmp_path: Path, lock: RunLock, told: list[str]
) -> None:
    with lock.beating():
        (tmp_path / "lock").rename(tmp_path / "elsewhere")
        wait_for(lambda: told)
        time.sleep(0.05)
        lock.check()
        assert len(told) == 1
        assert f"Cannot write {tmp_path / 'lock'}: No such file" in told[0]
        assert "the run stops if that lasts 60 s" in told[0]
        (tmp_path / "elsewhere").rename(tmp_path / "lock")
        first = seen(tmp_path)
        wait_for(lambda: seen(tmp_path) > first)
    lock.check()


def test_a_heartbeat_that_stays_away_for_long_stops_the_run(
    tmp_path: Path, lock: RunLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lock").rename(tmp_path / "elsewhere")
    lock.check()
    later = time.time() + STALE_S / 2 + 1
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(StorageError, match="Cannot write"):
        lock.check()
    (tmp_path / "elsewhere").rename(tmp_path / "lock")
    lock.check()


@pytest.mark.parametrize("slept_s", [3600, -3600])
def test_a_machine_that_slept_or_whose_clock_jumped_goes_on_if_nobody_took_over(
    slept_s: float, tmp_path: Path, lock: RunLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.time() + slept_s
    monkeypatch.setattr(time, "time", lambda: later)
    lock.check()
    assert seen(tmp_path) == later


def test_an_owner_that_slept_while_another_host_took_over_stops_and_leaves_the_lock_alone(
    tmp_path: Path, lock: RunLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_owner(tmp_path, host="elsewhere", pid=7, seen=time.time())
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    before = (tmp_path / "lock").read_bytes()
    for _ in range(2):
        with pytest.raises(StorageError, match="was taken over by process 7 on elsewhere"):
            lock.check()
    lock.release()
    assert (tmp_path / "lock").read_bytes() == before


def test_an_owner_hears_from_its_heartbeat_that_its_lock_file_was_replaced(
    tmp_path: Path, lock: RunLock
) -> None:
    def is_lost() -> bool:
        try:
            lock.check()
        except StorageError as error:
            return "its lock file was replaced" in str(error)
        return False

    with lock.beating():
        assert not is_lost()
        (tmp_path / "lock").unlink()
        (tmp_path / "lock").touch()
        wait_for(is_lost)


def test_this_process_is_refused_too_while_it_holds_the_lock_and_the_lock_stays(tmp_path: Path) -> None:
    first, second = RunLock(tmp_path), RunLock(tmp_path)
    first.acquire()
    for take_over in (False, True):
        with pytest.raises(RunDirError, match="in use by this process already"):
            second.acquire(take_over)
    second.release()
    first.beat()
    first.release()
    second.acquire()
    second.release()


def test_another_machine_of_this_name_is_told_apart_by_its_start(tmp_path: Path) -> None:
    write_owner(tmp_path, host=socket.gethostname(), boot="another", pid=7, seen=time.time() - 5)
    with pytest.raises(RunDirError, match=r"is in use by process 7 .* use --take-over"):
        RunLock(tmp_path).acquire()
    write_owner(tmp_path, host=socket.gethostname(), pid=7, seen=time.time() - 5)  # of an older irloom
    lock = RunLock(tmp_path)
    lock.acquire()
    lock.release()


def test_a_living_owner_is_noticed_where_the_kernels_locks_hold_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, pipe = start(hold, tmp_path)
    pid = pipe.recv()
    monkeypatch.setattr(fcntl, "lockf", lambda *arguments: None)
    for take_over in (False, True):
        with pytest.raises(RunDirError, match=f"in use by process {pid} on "):
            RunLock(tmp_path).acquire(take_over)
    os.kill(pid, signal.SIGKILL)
    process.join()
    lock = RunLock(tmp_path)
    lock.acquire()
    lock.release()


def test_a_heartbeat_in_the_future_is_told_as_a_clock_that_is_ahead(tmp_path: Path) -> None:
    write_owner(tmp_path, host="elsewhere", pid=7, seen=time.time() + 3600)
    with pytest.raises(RunDirError, match=r"whose clock is 3[56]\d\d s ahead of ours"):
        RunLock(tmp_path).acquire()
