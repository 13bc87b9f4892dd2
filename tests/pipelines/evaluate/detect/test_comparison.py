"""Runs beside each other: paired differences, self-preference, and ensembles that no hindsight picked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from irloom.pipelines.evaluate.detect.comparison import find_preference
from irloom.pipelines.evaluate.detect.detections import Detections, read_run
from irloom.pipelines.evaluate.detect.ensembles import choose_ensemble
from irloom.pipelines.evaluate.detect.results import score_all
from irloom.pipelines.evaluate.detect.scores import Intervals, score_groups
from irloom.pipelines.evaluate.detect.sheet import list_notes
from support.detected import make_sentence, write_detect_run


def make_runs(root: Path, skills: dict[str, float], number: int = 600, noise: int = 0) -> list[Detections]:
    """Runs on the same sentences of two groups; a skill is how far right ones lie above wrong ones."""
    random = np.random.default_rng(5)
    labels = ["correct" if random.random() < 0.6 else "incorrect" for _ in range(number)]
    rows = [make_sentence(place, label, group="AB"[place % 2]) for place, label in enumerate(labels)]
    runs = []
    for place, (name, skill) in enumerate(skills.items()):
        own = np.random.default_rng(noise + place)
        scores = [own.normal(50 + skill * (label == "correct"), 20) for label in labels]
        said = [{"score": f"{score:.2f}"} for score in scores]
        runs.append(read_run(write_detect_run(root / name, rows, said, model=f"model-{name}")))
    return runs


def test_a_better_run_has_an_interval_above_nothing(tmp_path: Path) -> None:
    (difference,) = score_all(make_runs(tmp_path, {"weak": 5, "strong": 40}), Intervals()).differences
    assert (difference.run, difference.base, difference.sentences) == ("strong", "weak", 600)
    assert difference.mean is not None
    assert difference.mean.low is not None
    assert difference.mean.low > 0
    assert difference.mean.value == pytest.approx(np.mean([one.value for one in difference.groups.values()]))


def test_bootstrapped_differences_are_paired_too(tmp_path: Path) -> None:
    runs = make_runs(tmp_path, {"weak": 5, "strong": 40})
    (delong,) = score_all(runs, Intervals()).differences
    (drawn,) = score_all(runs, Intervals(500)).differences
    assert delong.mean is not None
    assert drawn.mean is not None
    assert drawn.mean.low == pytest.approx(delong.mean.low, abs=0.02)


def test_preference_is_a_share_of_the_detectors_own_mean_and_knows_its_own_text(tmp_path: Path) -> None:
    rows = [make_sentence(n, "correct" if n % 2 else "incorrect", group="AB"[n // 4]) for n in range(8)]
    rows = [{**row, "writer": "GPT-4o" if row["group"] == "B" else "GPT-4o-mini"} for row in rows]
    said = [{"score": str(s)} for s in (1, 9, 1, 9, 1, 9, 9, 5)]
    run = read_run(write_detect_run(tmp_path / "run", rows, said, model="openai/gpt-4o-2024-08-06"))
    found = find_preference(run, score_groups(run, Intervals()))
    assert found.shares == {"A": pytest.approx(1 / 0.8125), "B": pytest.approx(0.625 / 0.8125)}
    assert found.own == ["B"]


def test_two_good_detectors_together_beat_each_of_them(tmp_path: Path) -> None:
    runs = make_runs(tmp_path, {"one": 20, "two": 20, "noise": 0})
    found = choose_ensemble(runs, 0, Intervals())
    assert found is not None
    assert (found.folds, found.candidates) == (5, 8)
    assert all(name.startswith("one + two,") for name in found.ensemble.chosen)
    assert found.gain.low is not None
    assert found.gain.low > 0
    assert found.ensemble.mean.value > found.everyone.mean.value
    assert found.gain.value == pytest.approx(found.ensemble.mean.value - found.single.mean.value)
    assert set(found.ensemble.groups) == {"A", "B"}


def test_an_ensemble_of_chance_is_chance_though_the_best_was_chosen(tmp_path: Path) -> None:
    found = [
        choose_ensemble(
            make_runs(tmp_path / str(seed), dict.fromkeys("abcd", 0.0), 300, noise=10 * seed), 0, Intervals()
        )
        for seed in range(6)
    ]
    values = [one.ensemble.mean.value for one in found if one is not None]
    assert np.mean(values) == pytest.approx(0.5, abs=0.03)


def test_runs_of_one_name_are_told_apart_and_one_run_makes_no_ensemble(tmp_path: Path) -> None:
    (one,), (two,) = (make_runs(tmp_path / part, {"run": 10}, 30) for part in "ab")
    assert len({one.run.name for one in score_all([one, two], Intervals()).runs}) == 2
    assert score_all([one], Intervals()).ensemble is None


def test_what_compared_runs_differ_in_is_said(tmp_path: Path) -> None:
    runs = [
        replace(one, conditions={"seed": number})
        for number, one in enumerate(make_runs(tmp_path, {"a": 10, "b": 10}, 30))
    ]
    assert "b and a differ in seed too." in list_notes(score_all(runs, Intervals()), None)


def test_runs_without_a_common_sentence_are_not_compared(tmp_path: Path) -> None:
    rows = [
        [make_sentence(start + n, "correct" if n % 2 else "incorrect") for n in range(6)] for start in (0, 50)
    ]
    runs = [
        read_run(write_detect_run(tmp_path / str(n), some, [{"score": "5"}] * 6))
        for n, some in enumerate(rows)
    ]
    found = score_all(runs, Intervals())
    assert (list(found.differences), found.ensemble) == ([], None)


def test_images_that_hold_a_class_alone_leave_nothing_to_choose_or_to_score(tmp_path: Path) -> None:
    rows = [make_sentence(3 * n, "correct" if n else "incorrect") for n in range(6)]
    said = [{"score": str(n)} for n in range(6)]
    runs = [read_run(write_detect_run(tmp_path / name, rows, said)) for name in "ab"]
    assert choose_ensemble(runs, 0, Intervals()) is None
