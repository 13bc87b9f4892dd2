"""The control law against endpoints that throttle in every way, on a clock that the test moves."""

import itertools

import pytest

from irloom.backends.chat.window import Window
from support.load import loading


@pytest.mark.parametrize(
    ("maximum", "latency_s", "rounds", "most"), [(512, 1.0, 5, 1.2), (128, 0.5, 10, 1 / 0.95)]
)
async def test_an_endpoint_that_takes_everything_is_used_in_full_at_once(
    maximum: int, latency_s: float, rounds: int, most: float
) -> None:
    async with loading(maximum, latency_s=latency_s) as load:
        took_s = await load.finish(maximum * rounds)
    assert took_s <= most * latency_s * rounds


@pytest.mark.parametrize("share", [0.01, 0.07, 0.2])
async def test_refusals_by_chance_hardly_slow_a_run(share: float) -> None:
    async with loading(256, latency_s=0.5, bad_luck=share) as load:
        took_s = await load.finish(5120)
    assert took_s <= 10 / 0.85


@pytest.mark.parametrize("retry_after_s", [None, 1.0])
@pytest.mark.parametrize(("cap", "count"), [(4, 200), (32, 1000), (100, 3000)])
async def test_a_cap_costs_little_time_and_few_refusals(
    cap: int, count: int, retry_after_s: float | None
) -> None:
    async with loading(256, cap=cap, retry_after_s=retry_after_s) as load:
        took_s = await load.finish(count)
    assert took_s <= 1.25 * count / cap * 0.2
    assert len(load.refused_s) < 60


async def test_refusals_that_take_long_to_come_back_do_not_hide_a_cap() -> None:
    async with loading(256, cap=32, refusal_s=0.05) as load:
        took_s = await load.finish(1000)
    assert took_s <= 1.25 * 1000 / 32 * 0.2
    assert len(load.refused_s) < 100


async def test_a_cap_is_found_although_some_are_refused_by_chance() -> None:
    async with loading(256, cap=32, bad_luck=0.07) as load:
        took_s = await load.finish(1000)
    assert took_s <= 1.25 * 1000 / 32 * 0.2
    assert len(load.refused_s) < 160


async def test_few_places_are_enough_to_find_a_lower_cap() -> None:
    async with loading(4, cap=2) as load:
        took_s = await load.finish(300)
    assert took_s <= 1.1 * 300 / 2 * 0.2
    assert len(load.refused_s) < 60


@pytest.mark.parametrize(("retry_after_s", "most"), [(None, 0.15), (1.0, 0.05)])
@pytest.mark.parametrize("rate", [20, 160])
async def test_a_rate_limit_is_used_in_full_and_seldom_exceeded(
    rate: int, retry_after_s: float | None, most: float
) -> None:
    async with loading(256, rate=rate, retry_after_s=retry_after_s) as load:
        took_s = await load.finish(60 * rate)
    assert took_s <= 1.15 * 59
    assert len(load.refused_s) < most * 60 * rate


async def test_a_ceiling_that_failed_is_tried_again_later_and_later() -> None:
    async with loading(64, cap=8) as load:
        await load.clock.move(120)
    gaps = [later - sooner for sooner, later in itertools.pairwise(load.refused_s) if later - sooner > 0.9]
    assert gaps[0] < 2
    assert gaps[-1] > 7
    assert len(load.answered_s) > 0.95 * 120 * 8 / 0.2


async def test_it_finds_the_highest_rate_again_when_the_endpoint_takes_more() -> None:
    async with loading(256, cap=16, latency_s=0.5) as load:
        await load.clock.move(10)
        load.cap = 10_000
        await load.clock.move(20)
        assert load.at_once >= 0.95 * 256


async def test_it_gives_way_when_the_endpoint_takes_less() -> None:
    async with loading(256) as load:
        await load.clock.move(5)
        load.cap = 16
        await load.clock.move(2)
        assert load.limiter.limit <= 18
        assert len(load.refused_s) < 100
        before = len(load.answered_s)
        await load.clock.move(20)
        assert len(load.answered_s) - before > 0.9 * 20 * 16 / 0.2


def test_what_was_sent_before_the_limit_was_lowered_neither_lowers_it_again_nor_raises_it() -> None:
    window = Window(256)
    sent = [window.send(level, pressed=True) for level in range(1, 101)]
    for request in sent[50:80]:
        window.refuse(1.0, request)
    low = window.limit
    assert 40 <= low <= 50
    for request in sent[80:]:
        window.refuse(1.0, request)
    for request in sent[:50]:
        window.answer(1.1, request)
    assert window.limit == low


def test_one_refusal_that_names_a_pause_is_enough() -> None:
    window = Window(256)
    sent = [window.send(level, pressed=True) for level in range(1, 101)]
    window.refuse(1.0, sent[-1], pause_s=1.0)
    assert window.limit == 89


def test_single_replies_that_are_late_do_not_throttle_and_many_do() -> None:
    window = Window(64)
    for index in range(400):
        sent = window.send(64, pressed=True)
        if index % 20:
            window.answer(float(index), sent)
        else:
            window.miss(float(index), sent)
    assert window.limit == 64
    for index in range(400, 408):
        window.miss(float(index), window.send(64, pressed=True))
    assert window.limit < 64
