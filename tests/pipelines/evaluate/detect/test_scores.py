"""AUROC by group, its plain mean, and the parts of a run."""

from pathlib import Path

import numpy as np
import pytest

from irloom.pipelines.evaluate.detect.detections import Detections, read_run
from irloom.pipelines.evaluate.detect.parts import score_domains, score_positions, score_types
from irloom.pipelines.evaluate.detect.scores import Intervals, score_groups
from support.detected import Said, make_sentence, write_detect_run

GOLDEN = (("correct", "90"), ("correct", "50"), ("incorrect", "50"), ("incorrect", "10"), ("correct", "50"))


def read(tmp_path: Path, rows: list[dict[str, object]], said: list[Said]) -> Detections:
    return read_run(write_detect_run(tmp_path / "run", rows, said))


def test_the_golden_case_scores_five_sixths(tmp_path: Path) -> None:
    rows = [make_sentence(number, label) for number, (label, _) in enumerate(GOLDEN)]
    run = read(tmp_path, rows, [{"score": score} for _, score in GOLDEN])
    (group,) = score_groups(run, Intervals()).groups
    assert group.auroc is not None
    assert group.auroc.value == pytest.approx(0.83333, abs=1e-5)
    assert (group.correct, group.incorrect) == (3, 2)
    assert group.ties == pytest.approx(1 / 3)


def test_the_mean_is_plain_and_leaves_out_a_group_of_one_class(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct" if number % 2 else "incorrect") for number in range(8)]
    rows += [
        make_sentence(number, "correct" if number % 2 else "incorrect", group="B") for number in range(8, 10)
    ]
    rows += [make_sentence(10, "correct", group="C")]
    said: list[Said] = [{"score": str(10 * (number % 2))} for number in range(8)]
    said += [{"score": "9"}, {"score": "1"}, {"score": "1"}]
    found = score_groups(read(tmp_path, rows, said), Intervals())
    assert found.mean is not None
    assert found.mean.value == 0.5, "1 and 0, though one group is four times the other"
    assert found.undefined == ["C"]


def test_what_has_no_score_counts_as_the_middle_and_is_left_out_beside(tmp_path: Path) -> None:
    rows = [make_sentence(0, "correct"), make_sentence(1, "incorrect"), make_sentence(2, "correct")]
    run = read(tmp_path, rows, [{"score": "90"}, {"score": "60"}, {"score": None}])
    (group,) = score_groups(run, Intervals()).groups
    assert group.auroc is not None
    assert (group.auroc.value, group.read_only) == (0.5, 1.0)
    assert (group.unread, group.failed) == (1, 0)


def test_a_bootstrap_gives_another_interval_about_the_same_figure(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rows = [
        make_sentence(number, "correct" if random.random() < 0.6 else "incorrect") for number in range(600)
    ]
    said: list[Said] = [
        {"score": str(round(random.normal(50 + 20 * (row["answer"] == "correct"), 20)))} for row in rows
    ]
    run = read(tmp_path, rows, said)
    delong, drawn = score_groups(run, Intervals()).mean, score_groups(run, Intervals(500, 1)).mean
    assert delong is not None
    assert drawn is not None
    assert delong.value == drawn.value
    assert delong.low != drawn.low
    assert delong.low == pytest.approx(drawn.low, abs=0.02)


def test_positions_from_the_sixth_on_are_one_place_and_classes_stand_apart(tmp_path: Path) -> None:
    rows = [make_sentence(number, "correct", position=number) for number in range(8)]
    rows += [make_sentence(8, "incorrect", position=0), make_sentence(9, "incorrect", position=None)]
    run = read(tmp_path, rows, [{"score": str(10 * number)} for number in range(10)])
    places = score_positions(run)
    assert [(one.position, one.is_open) for one in places] == [(n, n == 5) for n in range(6)]
    assert (places[0].correct_mean, places[0].incorrect_mean) == (0, 80)
    assert (places[5].correct, places[5].correct_mean) == (3, 60)
    assert places[5].incorrect_mean is None


def test_a_type_is_scored_against_all_right_sentences(tmp_path: Path) -> None:
    rows = [make_sentence(0, "correct"), make_sentence(1, "correct")]
    rows += [
        make_sentence(2, "incorrect", error_type="Number"),
        make_sentence(3, "incorrect", error_type="Object"),
    ]
    run = read(tmp_path, rows, [{"score": score} for score in ("60", "80", "70", "10")])
    objects, number = score_types(run, Intervals())
    assert (objects.name, objects.mean, number.name, number.mean) == ("Object", 10, "Number", 70)
    assert objects.auroc is not None
    assert number.auroc is not None
    assert (objects.auroc.value, number.auroc.value) == (1.0, 0.5)


def test_domains_are_those_that_the_data_name(tmp_path: Path) -> None:
    rows = [make_sentence(0, "correct", domain="Food"), make_sentence(1, "incorrect", domain="Food")]
    rows += [make_sentence(2, "correct")]
    (food,) = score_domains(read(tmp_path, rows, [{"score": s} for s in ("9", "1", "5")]), Intervals())
    assert food.auroc is not None
    assert (food.name, food.correct, food.auroc.value) == ("Food", 1, 1.0)
