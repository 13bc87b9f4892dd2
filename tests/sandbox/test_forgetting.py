"""A script finds nothing of the one before it on the same server, not even in memory that was freed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from irloom.drawings import Drawing, DrawingJob
from irloom.sandbox.runner import Sandbox
from support.drawing import Studio

LEAVE = """
import random, sys
import matplotlib.pyplot as plt
mark = "mark-" + "".join(random.Random(8).choices("0123456789abcdef", k=40))
print(mark)
print(mark, file=sys.stderr)
plt.title(mark)
plt.plot([1, 2])
"""
SEARCH = """
import gc, re
import numpy as np
import matplotlib.pyplot as plt

pattern = re.compile(rb"mark-[0-9a-f]{40}")

def tell(where, data):
    found = pattern.search(data)
    if found:
        print("FOUND in", where)

gc.unfreeze()
seen, waiting = set(), gc.get_objects()
while waiting and len(seen) < 2_000_000:
    value = waiting.pop()
    if id(value) in seen:
        continue
    seen.add(id(value))
    if type(value) is bytes or type(value) is bytearray:
        tell(type(value).__name__, bytes(value))
    elif type(value) is str:
        tell("str", value.encode("utf-8", "replace"))
    elif type(value) in (dict, list, tuple):
        waiting.extend(gc.get_referents(value))
for size in (1 << 9, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22):
    kept = [np.empty(size, np.uint8) for _ in range(min(200, (1 << 27) // size))]
    for block in kept:
        tell(f"freed blocks of {size}", block.tobytes())
print("looked at", len(seen) > 1000)
plt.plot([1, 2])
"""


@pytest.fixture
async def sandbox(studio: Studio, fonts: Path) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox("standard", workers=1, cache=fonts)
    yield sandbox
    await sandbox.close()


async def test_neither_log_nor_result_nor_source_of_the_script_before_is_found(sandbox: Sandbox) -> None:
    for _ in range(3):
        left = await sandbox.draw(DrawingJob(LEAVE, seed=1))
        assert isinstance(left, Drawing), left
        assert left.log.count("mark-") >= 2
    found = await sandbox.draw(DrawingJob(SEARCH, seed=1))
    assert isinstance(found, Drawing), found
    assert "looked at True" in found.log
    assert "FOUND" not in found.log, found.log
