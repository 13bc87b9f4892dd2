"""Down or only one request at fault, on a clock that the test moves."""

import asyncio
from dataclasses import dataclass, field

import pytest

from irloom.backends.chat.circuit import Circuit, Kind
from irloom.backends.chat.limiter import Limiter
from irloom.errors import EndpointGone
from support.clock import FakeClock, settle


@dataclass
class Rig:
    """A circuit, its limiter, and an endpoint that lives or not."""

    outage_s: float = 900.0
    alive: bool = True
    clock: FakeClock = field(default_factory=FakeClock)
    looks_s: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    gone: list[EndpointGone] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limiter = Limiter(8, self.clock)
        self.circuit = Circuit(
            self.limiter,
            self._look,
            self.outage_s,
            name="there",
            clock=self.clock,
            notify=self.said.append,
            give_up=self.gone.append,
        )

    async def _look(self) -> bool:
        self.looks_s.append(self.clock.time())
        return self.alive

    async def fail(
        self, request: object, kind: Kind = "lost", last: bool = False, trial: bool = False
    ) -> bool:
        return await self.circuit.fail(request, kind, "connection refused", last=last, trial=trial)


async def go_down(rig: Rig) -> None:
    rig.circuit.answer(rig.clock.time())
    rig.alive = False
    assert not await rig.fail("a")
    assert await rig.fail("b")


async def test_an_endpoint_that_is_down_makes_everybody_wait_until_it_answers() -> None:
    rig = Rig()
    await go_down(rig)
    waiting = asyncio.create_task(rig.limiter.acquire())
    await rig.clock.move(100)
    assert not waiting.done()
    rig.alive = True
    await rig.clock.move(30)
    assert waiting.done()
    assert rig.circuit.down is None
    assert [("is down" in text, "answers again" in text) for text in rig.said] == [
        (True, False),
        (False, True),
    ]
    assert "connection refused" in rig.said[0]


async def test_the_pauses_between_looks_grow() -> None:
    rig = Rig()
    await go_down(rig)
    await rig.clock.move(200)
    gaps = [b - a for a, b in zip(rig.looks_s, rig.looks_s[1:], strict=False)]
    assert gaps[0] <= 0.5
    assert 20 <= max(gaps) <= 30
    assert len(gaps) < 16
    await rig.circuit.close()


async def test_the_run_stops_when_the_outage_lasts_too_long() -> None:
    rig = Rig(outage_s=60)
    await go_down(rig)
    await rig.clock.move(55)
    assert not rig.gone
    await rig.clock.move(40)
    assert len(rig.gone) == 1
    assert "has not answered for 60 s (connection refused)" in str(rig.gone[0])


async def test_an_endpoint_that_was_never_reached_is_gone_at_the_last_try_and_not_before() -> None:
    rig = Rig(alive=False)
    for _ in range(6):
        assert not await rig.fail("a")
    assert not rig.looks_s
    with pytest.raises(EndpointGone, match="cannot be reached: connection refused"):
        await rig.fail("a", last=True)


async def test_one_request_that_always_fails_is_at_fault_while_the_endpoint_lives() -> None:
    rig = Rig()
    rig.circuit.answer(rig.clock.time())
    excused = [await rig.fail("a", "failed", last=tries == 6) for tries in range(7)]
    assert not any(excused)
    assert rig.circuit.down is None
    assert len(rig.looks_s) == 2, "after four faults, and before it is given up"


async def test_many_doubts_at_once_look_once() -> None:
    rig = Rig()
    rig.circuit.answer(rig.clock.time())
    rig.alive = False
    excused = await asyncio.gather(*(rig.fail(name) for name in "abcdef"))
    assert excused == [False, *[True] * 5]
    assert len(rig.looks_s) == 1
    await rig.circuit.close()


async def test_many_requests_that_fail_are_the_endpoints_fault_and_one_at_a_time_tries() -> None:
    rig = Rig()
    rig.circuit.answer(rig.clock.time())
    for tries in range(12):
        await rig.fail("abc"[tries % 3], "failed")
    assert rig.circuit.down == "failing"
    waiting = [asyncio.create_task(rig.limiter.acquire()) for _ in range(3)]
    await settle()
    assert sum(task.done() for task in waiting) == 1
    with waiting[0].result() as permit:
        assert permit.is_trial
    assert not await rig.fail("a", "failed", trial=True), "a trial that fails counts against its request"
    assert await rig.fail("b", "failed"), "who was on the way is excused"
    assert len(rig.said) == 1
    await rig.clock.move(0.5)
    assert sum(task.done() for task in waiting) == 2
    rig.circuit.answer(rig.clock.time())
    await settle()
    assert rig.circuit.down is None
    assert all(task.done() for task in waiting)


async def test_a_trial_that_is_cancelled_lets_the_next_one_try() -> None:
    rig = Rig()
    rig.circuit.answer(rig.clock.time())
    for tries in range(12):
        await rig.fail("abc"[tries % 3], "failed")

    async def hang() -> None:
        with await rig.limiter.acquire():
            await asyncio.sleep(100)

    first, second = asyncio.create_task(hang()), asyncio.create_task(rig.limiter.acquire())
    await settle()
    first.cancel()
    await rig.clock.move(1)
    assert second.done()
    await rig.circuit.close()


async def test_an_answer_to_what_was_sent_before_does_not_end_the_pause() -> None:
    rig = Rig()
    sent_s = rig.clock.time()
    await go_down(rig)
    rig.clock.now_s += 0.1
    rig.circuit.answer(sent_s - 1)
    assert rig.circuit.down == "silent"
    await rig.circuit.close()


async def test_an_endpoint_that_refuses_everybody_for_too_long_stops_the_run() -> None:
    rig = Rig(outage_s=60)
    assert not rig.circuit.refuse("a", alone=False, trial=False)
    rig.clock.now_s += 61
    with pytest.raises(EndpointGone, match="refused every request for 60 s"):
        rig.circuit.refuse("b", alone=False, trial=False)


async def test_where_nobody_else_asks_the_request_is_given_up_first_and_the_run_after() -> None:
    rig = Rig(outage_s=60)
    assert not rig.circuit.refuse("a", alone=True, trial=False)
    rig.clock.now_s += 61
    assert rig.circuit.refuse("a", alone=True, trial=False)
    assert not rig.circuit.refuse("b", alone=True, trial=False)
    rig.clock.now_s += 61
    with pytest.raises(EndpointGone):
        rig.circuit.refuse("b", alone=True, trial=False)
