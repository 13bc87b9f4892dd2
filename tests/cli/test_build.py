"""`irloom build` writes a set and says what it holds."""

from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.question_sets import registry
from irloom.question_sets.reader import open_set


@pytest.fixture(autouse=True)
def with_spots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._BUILT_IN, "spots", "support.spots")


def test_a_set_is_built_with_the_options_of_its_builder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "spots", "--pictures", "6", "--seed", "4", "--out", str(tmp_path / "set")]) == 0
    about = open_set(tmp_path / "set").about
    assert (about.options["pictures"], about.options["seed"]) == (6, 4)
    said = capsys.readouterr().out
    assert "questions about 6 images" in said
    assert "37 °C" in said
    assert "in the paper" in said
    assert f"irloom run thermometry --data {tmp_path / 'set'}" in said


def test_a_set_without_a_test_part_is_not_suggested_for_measuring(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "spots", "--pictures", "1", "--out", str(tmp_path / "set")]) == 0
    said = capsys.readouterr().out
    assert "No question is in the test part" in said
    assert "irloom run" not in said


def test_a_file_holds_settings_and_options_win_over_it(tmp_path: Path) -> None:
    (tmp_path / "build.toml").write_text("pictures = 9\nseed = 5\n")
    config = ["--config", str(tmp_path / "build.toml")]
    assert main(["build", "spots", *config, "--pictures", "6", "--out", str(tmp_path / "set")]) == 0
    assert open_set(tmp_path / "set").about.options["seed"] == 5
    assert open_set(tmp_path / "set").about.options["pictures"] == 6


def test_a_wrong_setting_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "spots", "--pictures", "0", "--out", str(tmp_path / "set")]) == 2
    assert "pictures = '0'" in capsys.readouterr().err


def test_a_task_that_leaks_is_written_marked_and_told_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--pictures", "330", "--giveaway", "words", "--out", str(tmp_path / "set")]
    assert main(["build", "spots", *options]) == 1
    assert open_set(tmp_path / "set").about.tasks["shape"].leak.verdict == "leaks"
    assert "irloom: shape leaks" in capsys.readouterr().err
    assert "shape leaks" in (tmp_path / "set" / "README.md").read_text("utf-8")
