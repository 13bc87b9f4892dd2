"""Rows are sampled in bounded memory, and always alike."""

from pathlib import Path

import pytest

from irloom.report import rows as sampling
from irloom.report.rows import SHOWN, sample_rows
from support.small_run import SmallRun, draw_image


@pytest.fixture
def long_run(tmp_path: Path) -> SmallRun:
    run = SmallRun(tmp_path / "long")
    for number in range(60):
        run.add(str(number), draw_image(0), ["A.", "B."], scores=[number / 100, number / 200])
    return run


def test_some_samples_are_shown_once_each_and_always_the_same(long_run: SmallRun) -> None:
    shown = [row["sample"] for row in sample_rows(long_run.root, "infrared").shown]
    assert len(set(shown)) == len(shown) == SHOWN
    assert shown == [row["sample"] for row in sample_rows(long_run.root, "infrared").shown]
    assert max(map(int, shown)) > SHOWN, "they are drawn from all, and are not the first ones"


def test_every_row_is_counted_though_few_scores_are_kept(
    long_run: SmallRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "_SCORES", 10)
    found = sample_rows(long_run.root, "infrared")
    assert (found.rows, found.facts.rows, found.scored) == ({"pairs": 120}, 120, 120)
    assert len(found.scores) == 10
    pairs = {(number / step - 0.2, number / step) for number in range(60) for step in (100, 200)}
    assert set(found.scores) <= pairs


def test_the_score_of_the_original_stands_before_that_of_the_chosen_caption(run: SmallRun) -> None:
    assert sample_rows(run.root, "infrared").scores[:2] == [(0.9 - 0.2, 0.9), (0.4 - 0.2, 0.4)]
