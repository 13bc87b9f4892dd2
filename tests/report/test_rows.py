"""Rows are sampled in bounded memory, and always alike."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from irloom.pipelines.flow import Means
from irloom.pipelines.infrared.summary import SCORES
from irloom.report import rows as sampling
from irloom.report.rows import SHOWN, sample_rows
from support.small_run import SmallRun, draw_image

KINDS = ("pairs", "instructions")


@pytest.fixture
def long_run(tmp_path: Path) -> SmallRun:
    run = SmallRun(tmp_path / "long")
    for number in range(60):
        run.add(str(number), draw_image(0), ["A.", "B."], scores=[number / 100, number / 200])
    return run


def test_some_samples_are_shown_once_each_and_always_the_same(long_run: SmallRun) -> None:
    shown = [row["sample"] for row in sample_rows(long_run.root, KINDS, ()).shown]
    assert len(set(shown)) == len(shown) == SHOWN
    assert shown == [row["sample"] for row in sample_rows(long_run.root, KINDS, ()).shown]
    assert max(map(int, shown)) > SHOWN, "they are drawn from all, and are not the first ones"


def test_every_row_is_counted_though_few_scores_are_kept(
    long_run: SmallRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "_POINTS", 10)
    found = sample_rows(long_run.root, KINDS, [SCORES])
    points = found.points[SCORES.title]
    assert (found.rows, found.facts.rows, points.seen) == ({"pairs": 120}, 120, 120)
    assert len(points.drawn) == 10
    pairs = {(number / step - 0.2, number / step) for number in range(60) for step in (100, 200)}
    assert set(points.drawn) <= pairs


def test_the_score_of_the_original_stands_before_that_of_the_chosen_caption(run: SmallRun) -> None:
    drawn = sample_rows(run.root, KINDS, [SCORES]).points[SCORES.title].drawn
    assert drawn[:2] == [(0.9 - 0.2, 0.9), (0.4 - 0.2, 0.4)]


def test_means_are_taken_over_the_rows_that_have_the_figure(run: SmallRun) -> None:
    length = Means(data="pairs", title="Length", note="", read=measure)
    found = sample_rows(run.root, KINDS, [length])
    assert found.sums == {"Length": {"letters": [6 + 6 + 9 + 8 + 6, 5], "cats": [2, 2]}}


def measure(row: Mapping[str, Any]) -> Mapping[str, float]:
    letters = {"letters": len(row["caption"])}
    return {**letters, "cats": 1} if "cat" in row["caption"] else letters
