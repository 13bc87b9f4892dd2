"""Benches call runs by their folders, and namesakes by their paths."""

import json
from pathlib import Path

import pytest

from irloom.cli.main import main
from irloom.pipelines.evaluate.naming import name_apart
from support.ifbench import IfbenchSet


def test_all_runs_of_one_name_are_called_by_their_paths_and_others_by_their_folders() -> None:
    roots = [Path("a/run"), Path("b/run"), Path("run"), Path("b/other")]
    assert name_apart(roots) == ["a/run", "b/run", "run", "other"]
    assert name_apart([Path("run"), Path("b/run")]) == ["run", "b/run"]


def test_the_folder_that_one_stands_in_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert name_apart([Path()]) == [tmp_path.name]


def test_ifbench_runs_of_one_name_are_compared_under_different_names(
    small: IfbenchSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roots = [str(tmp_path / part / "run") for part in "ab"]
    for root in roots:
        assert main(small.options(Path(root), "--limit", "2")) == 0
    capsys.readouterr()
    assert main(["bench", "ifbench", *roots, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [run["name"] for run in found["runs"]] == roots
