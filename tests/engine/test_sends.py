"""Calls that nobody waits for any more come back all the same, and what cannot be recorded is not hidden."""

import asyncio
import gc
from typing import Any

import pytest

from irloom.engine.sends import Sends
from irloom.errors import EndpointError, StorageError


async def come_back(delay_s: float, error: Exception | None = None) -> str:
    await asyncio.sleep(delay_s)
    if error is not None:
        raise error
    return "reply"


async def leave(sends: Sends, error: Exception | None = None) -> None:
    """Start a call, and be cancelled before it comes back."""
    caller = asyncio.create_task(sends.shield(come_back(0.02, error)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)


@pytest.fixture
def complaints() -> list[dict[str, Any]]:
    return []


async def test_a_call_whose_caller_has_gone_is_waited_for() -> None:
    sends = Sends()
    await leave(sends)
    await sends.drain(5)
    assert sends.unwritten is None
    with pytest.raises(asyncio.CancelledError):
        await sends.shield(come_back(0))


async def test_what_could_not_be_recorded_is_kept_although_nobody_waits(
    complaints: list[dict[str, Any]],
) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
    sends, first = Sends(), StorageError("disk full")
    await leave(sends, first)
    await leave(sends, StorageError("still full"))
    await leave(sends, EndpointError("says no"))
    await sends.drain(5)
    gc.collect()
    await asyncio.sleep(0)
    assert sends.unwritten is first
    assert complaints == [], "asyncio has nothing to say of its own"
