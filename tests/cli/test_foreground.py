"""What a run in the foreground sets of the process: one heap, an early collector."""

import os
import platform
import subprocess
import sys

import pytest

SETTINGS = {"MALLOC_ARENA_MAX", "GLIBC_TUNABLES"}


GARBAGE = """
import gc
from collections import deque
from irloom.cli.foreground import _spare_the_collector

imports = [[] for _ in range(200_000)]
_spare_the_collector()
in_flight = deque(maxlen=5_000)
most = 0
for number in range(600_000):
    cycle = []
    cycle.append(cycle)
    in_flight.append(cycle)
    if number % 20_000 == 0:
        most = max(most, len(gc.get_objects()))
print(most)
"""
"""A run in small: what is in flight now is a cycle nobody holds a little later."""


def test_what_a_long_run_no_longer_needs_does_not_pile_up() -> None:
    ended = subprocess.run([sys.executable, "-c", GARBAGE], capture_output=True, text=True, check=True)
    assert int(ended.stdout) < 80_000, "objects, of which 5,000 are in flight and 200,000 were imports"


HEAPS = """
import threading
from irloom.cli.foreground import _share_the_heap

_share_the_heap()
kept = []
done, leave = threading.Barrier(9), threading.Event()

def work():
    kept.append([bytes(3000) for _ in range(100)])
    done.wait()
    leave.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
done.wait()
import ctypes
libc = ctypes.CDLL(None)
libc.malloc_stats()
leave.set()
"""
"""malloc_stats tells of each heap on the error output."""


def count_heaps(**environment: str) -> int:
    """How many heaps a process has whose threads take memory."""
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    ended = subprocess.run(
        [sys.executable, "-c", HEAPS], capture_output=True, text=True, check=True, env=clean | environment
    )
    return ended.stderr.count("Arena ")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives each thread a heap")
def test_threads_share_a_heap_unless_the_user_says_how_many_there_may_be() -> None:
    assert count_heaps() == 1
    assert count_heaps(MALLOC_ARENA_MAX="3") > 1
    assert count_heaps(GLIBC_TUNABLES="glibc.malloc.arena_max=3") > 1
