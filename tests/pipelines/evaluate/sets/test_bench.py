"""The whole way on made data: scores, guesses, and the counters that show which model is which."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main


def bench(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert main(["bench", "thermometry", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def score(capsys: pytest.CaptureFixture[str], *runs: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(bench(capsys, *runs, "--json"))["runs"]
    return found


def pick(run: dict[str, Any], task: str) -> dict[str, Any]:
    return next(one for one in run["tasks"] if one["name"] == task)


def count(run: dict[str, Any], habit: str) -> tuple[int, int]:
    return next((one["count"], one["of"]) for one in run["habits"] if one["name"] == habit)


def test_a_model_that_is_right_scores_a_hundred_per_cent_beside_what_guessing_gives(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = score(capsys, runs / "right")
    assert run["mean"]["value"] == 1
    assert pick(run, "point")["mae"]["value"] == pick(run, "count")["mae"]["value"] == 0
    assert pick(run, "point")["near"] == {
        "1.0": {"value": 1, "low": 1, "high": 1},
        "2.0": {"value": 1, "low": 1, "high": 1},
    }
    assert pick(run, "point")["guesses"].keys() >= {"37 °C", "middle of the scale", "median (of the asked)"}
    assert "decimal shifted" not in {one["name"] for one in run["habits"]}, "no number is wrong"
    assert count(run, "left and right swapped")[0] == 0


def test_one_that_says_37_is_known_by_the_counter_and_scores_what_that_guess_scores(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = score(capsys, runs / "warm")
    said, of = count(run, "said 37 °C")
    assert said == of == pick(run, "point")["questions"]
    point = pick(run, "point")
    assert point["accuracy"]["value"] == point["guesses"]["37 °C"]["accuracy"]
    assert point["mae"]["value"] == pytest.approx(point["guesses"]["37 °C"]["mae"], abs=1e-6)
    assert count(run, "left and right swapped")[0] == 0


def test_one_that_swaps_left_and_right_is_known_by_the_counter(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = score(capsys, runs / "swapped")
    swapped, of = count(run, "left and right swapped")
    assert swapped == of == pick(run, "many")["questions"] > 0
    assert pick(run, "many")["accuracy"]["value"] == 0
    assert count(run, "said 37 °C")[0] == 0


def test_one_that_shifts_the_decimal_point_is_known_by_the_counter(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = score(capsys, runs / "shifted")
    shifted, of = count(run, "decimal shifted")
    assert shifted == of == pick(run, "point")["questions"]


def test_replies_that_nobody_can_read_are_wrong_and_named_and_no_part_of_an_error(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = score(capsys, runs / "silent")
    for task in run["tasks"]:
        assert task["unread"] == task["questions"]
        assert task["accuracy"]["value"] == 0
        assert task["mae"] is None


def test_the_tables_are_told_as_text_with_notes(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = bench(capsys, runs / "warm")
    for part in (
        "mean of tasks",
        "middle of the scale",
        "said 37 °C",
        "within 1 K",
        "warm: guesses that end in '(of the asked)' were learned from the asked questions",
        "Intervals: over groups",
    ):
        assert part in said


def test_two_runs_are_compared_question_by_question(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(bench(capsys, runs / "swapped", runs / "right", "--json"))
    (difference,) = said["against"]
    assert difference["name"] == "right - swapped"
    assert difference["tasks"]["many"]["value"] == 1
    assert difference["tasks"]["count"]["value"] == 0
    assert difference["mean"]["value"] == pytest.approx(1 / 5)


def test_the_page_holds_tables_questions_and_pictures_and_fetches_nothing(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench(capsys, runs / "warm", runs / "right", "--report", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "data:image" in page
    assert "How warm is the spot?" in page
    assert "37 °C ✗" in page or "37 ✗" in page
    assert "<script" not in page
    assert "http" not in page.partition("<main>")[2]


def test_runs_of_one_name_are_called_by_their_paths(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roots = [tmp_path / part / "run" for part in ("right", "warm")]
    for root in roots:
        shutil.copytree(runs / root.parent.name, root)
    assert [run["name"] for run in score(capsys, *roots)] == list(map(str, roots))


def test_runs_of_other_flows_are_refused(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "thermometry", str(tmp_path)]) == 2
