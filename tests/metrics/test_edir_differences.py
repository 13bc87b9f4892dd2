"""Differences of embedders are paired by query: an interval is that of drawing queries for both at once."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from irloom.metrics.edir_comparison import COLUMNS, list_uncompared, tabulate_embedders
from irloom.metrics.edir_differences import Scored, compare
from irloom.metrics.edir_layout import Layout, Mode, lay_out
from support.edir_data import build_edir, score_places

KINDS = {f"q{number:02}": "color" if number < 45 else "count" for number in range(60)}


@pytest.fixture
def layout() -> Layout:
    return lay_out(build_edir({name: (["x"], []) for name in KINDS}, ["x", "y"], KINDS))


def make(
    layout: Layout, name: str, right: NDArray[np.bool_], mode: Mode = "both", resamples: int = 2000
) -> Scored:
    places = np.where(right[:, None], [[0, 1]], [[1, 0]])
    return Scored(*score_places(layout, name, {mode: places}, resamples))


def test_the_interval_is_that_of_the_same_queries_drawn_for_both(layout: Layout) -> None:
    random = np.random.default_rng(1)
    one = random.random(60) < 0.4
    two = one | (random.random(60) < 0.2)
    (found,) = compare(layout, [make(layout, "a", one, resamples=20_000), make(layout, "b", two)])
    gain = two.astype(int) - one
    drawn = [gain[random.integers(60, size=60)].mean() for _ in range(20_000)]
    first = found.micro[1]
    assert first.value == pytest.approx(gain.mean())
    assert first.low == pytest.approx(np.percentile(drawn, 2.5), abs=1 / 60)
    assert first.high == pytest.approx(np.percentile(drawn, 97.5), abs=1 / 60)
    assert found.macro is not None
    assert found.macro.value == pytest.approx((gain[:45].mean() + gain[45:].mean()) / 2)
    assert (found.micro[3].value, found.micro[3].low) == (0.0, None), "both find all among three"


def test_an_embedder_has_nothing_over_itself_and_a_better_one_is_above_zero(layout: Layout) -> None:
    none, every = np.zeros(60, dtype=bool), np.arange(60) % 3 > 0
    embedders = [make(layout, name, one) for name, one in (("a", none), ("b", none), ("c", every))]
    same, better = compare(layout, embedders)
    assert (same.micro[1].value, same.micro[1].low) == (0.0, None)
    assert better.micro[1].low is not None
    assert better.micro[1].low > 0.4


def test_one_table_holds_embedders_differences_and_published_means(layout: Layout) -> None:
    embedders = [make(layout, "a", np.arange(60) % 2 > 0), make(layout, "b", np.arange(60) % 3 > 0)]
    rows = tabulate_embedders(embedders, compare(layout, embedders))
    assert [len(row) for row in rows] == [len(COLUMNS) + 1] * 5
    assert rows[0][:4] == ["a", "both", "60", "50.0"]
    assert rows[0][-4:] == ["–"] * 4, "nothing over itself"
    assert rows[1][3] == "66.7"
    assert rows[1][-4] == "+16.7"
    assert [row[3] for row in rows[2:]] == ["36.9", "18.4", "59.9"]


def test_embedders_that_show_different_parts_are_told_and_not_compared(layout: Layout) -> None:
    some = np.ones(60, dtype=bool)
    embedders = [make(layout, "a", some), make(layout, "b", some, "image")]
    assert compare(layout, embedders) == []
    assert list(list_uncompared(embedders)) == ["b shows image of a query, a both: not compared."]


def test_recall_stands_by_form_and_by_number_of_steps(layout: Layout) -> None:
    told = {
        0: {"form": "search", "steps": 1},
        1: {"form": "search", "steps": 2},
        2: {"form": "negative", "steps": 10},
    }
    cases = tuple(
        replace(
            case,
            query=case.query.model_copy(update={"metadata": {**case.query.metadata, **told.get(at, {})}}),
        )
        for at, case in enumerate(layout.cases)
    )
    right = np.arange(60) % 2 == 0
    modes = make(replace(layout, cases=cases), "a", right).scores.modes["both"]
    assert {name: (group.queries, group.recall[1].value) for name, group in modes.forms.items()} == {
        "negative": (1, 1.0),
        "search": (2, 0.5),
        "unknown": (57, pytest.approx(28 / 57)),
    }
    assert list(modes.steps) == ["1", "2", "10", "unknown"]
    assert make(layout, "a", right).scores.modes["both"].forms == {}, "nobody says it"
