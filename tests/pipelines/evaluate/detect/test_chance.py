"""From a file to the table: a detector that draws lots is no better than chance, whatever hangs together."""

import json
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from support.sentences import AlignSet, make_row, write_images


def bench(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["bench", "align", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_random_detector_has_chance_in_its_interval_and_an_ensemble_of_two_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    wrong = {"annotation": "incorrect", "n_correct": 0, "n_incorrect": 3, "error_words": ["Three"]}
    rows = [
        make_row(number, ("Llama-4", "GPT-4o")[number // 2 % 2], image_name=f"i{number // 5}.png",
                 **(wrong if number % 3 == 0 else {}))
        for number in range(240)
    ]  # fmt: skip
    made = AlignSet(tmp_path / "set", rows).write()
    write_images(made.images, [f"i{number}.png" for number in range(48)])
    for seed in "12":
        assert main([*made.options(tmp_path / seed), "--seed", seed]) == 0
    found = bench(capsys, tmp_path / "1", tmp_path / "2")
    for run in found["runs"]:
        assert (run["failed"], run["unread"], run["undefined"]) == (0, 0, [])
        assert run["mean"]["low"] < 0.5 < run["mean"]["high"]
    ensemble = found["ensemble"]["ensemble"]["mean"]
    assert ensemble["low"] < 0.5 < ensemble["high"]
    assert found["differences"][0]["mean"]["low"] < 0 < found["differences"][0]["mean"]["high"]


def test_a_run_of_another_flow_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "align", str(tmp_path)]) == 2
    assert "holds no run" in capsys.readouterr().err
