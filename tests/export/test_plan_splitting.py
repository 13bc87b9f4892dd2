"""Splits are drawn by hash."""

from collections import Counter

from irloom.export.plan import draw_split

SPLITS = {"train": 0.8, "val": 0.1, "test": 0.1}


def test_each_split_gets_about_its_share() -> None:
    drawn = Counter(draw_split(str(number), 0, SPLITS) for number in range(10_000))
    assert {name: round(count / 10_000, 1) for name, count in drawn.items()} == SPLITS


def test_a_sample_is_always_drawn_alike_and_another_seed_draws_anew() -> None:
    names = [str(number) for number in range(200)]
    first = [draw_split(name, 0, SPLITS) for name in names]
    assert first == [draw_split(name, 0, SPLITS) for name in names]
    assert first != [draw_split(name, 1, SPLITS) for name in names]


def test_shares_whose_sum_rounding_spoils_leave_nobody_out() -> None:
    splits = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3 - 1e-7}
    assert {draw_split(str(number), 0, splits) for number in range(100)} == {"a", "b", "c"}
