"""A detector that draws lots is no better than chance; and from a file to the table by the command line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irloom.cli.main import main
from irloom.pipelines.evaluate.detect.detections import Detections, read_run
from irloom.pipelines.evaluate.detect.results import score_all
from irloom.pipelines.evaluate.detect.scores import Intervals
from support.detected import make_sentence, write_detect_run
from support.sentences import AlignSet, make_row

WRONG: dict[str, Any] = {
    "annotation": "incorrect",
    "n_correct": 0,
    "n_incorrect": 3,
    "error_words": ["Three"],
}


def draw_lots(root: Path, seed: int) -> Detections:
    """Scores that know of the image, since sentences of one image are alike, and nothing of the label."""
    random, rows = np.random.default_rng(seed), []
    for number in range(2000):
        label = "incorrect" if number % 7 < 2 else "correct"
        rows.append(make_sentence(number, label, group="AB"[number % 2]))
    moods = random.normal(50, 20, 700)
    said = [{"score": str(round(random.normal(moods[number // 3], 10)))} for number in range(2000)]
    return read_run(write_detect_run(root, rows, said))


@pytest.mark.parametrize("intervals", [Intervals(), Intervals(300)])
def test_a_detector_that_draws_lots_has_chance_in_its_interval_and_an_ensemble_of_two_as_well(
    tmp_path: Path, intervals: Intervals
) -> None:
    found = score_all([draw_lots(tmp_path / str(seed), seed) for seed in (1, 2)], intervals)
    assert found.ensemble is not None
    for mean in (*(run.scored.mean for run in found.runs), found.ensemble.ensemble.mean):
        assert mean is not None
        assert mean.low is not None
        assert mean.high is not None
        assert mean.low < 0.5 < mean.high
        assert mean.high - mean.low < 0.1


def test_a_run_is_scored_by_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    rows = [make_row(number, **(WRONG if number % 3 == 0 else {})) for number in range(12)]
    made = AlignSet(tmp_path / "set", [*rows, make_row(12, annotation="unknown")]).write()
    assert main(made.options(tmp_path / "run")) == 0
    assert f"irloom bench align {tmp_path / 'run'}" in capsys.readouterr().out
    assert main(["bench", "align", str(tmp_path / "run"), "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (group,) = run["groups"]
    assert (group["name"], group["correct"], group["incorrect"]) == ("Llama-4", 8, 4)
    assert (run["unknown"], run["unread"], run["failed"], run["model"]) == (1, 0, 0, "baseline random")
    assert group["auroc"]["value"] == run["mean"]["value"] == run["mean_read_only"]


def test_a_folder_without_a_run_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "align", str(tmp_path)]) == 2
    assert "holds no run" in capsys.readouterr().err


def test_a_set_of_unknown_truth_alone_is_no_run_that_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IRLOOM_CACHE", str(tmp_path / "cache"))
    rows = [make_row(number, annotation="unknown") for number in range(2)]
    assert main(AlignSet(tmp_path / "set", rows).write().options(tmp_path / "run")) == 0
    assert main(["bench", "align", str(tmp_path / "run")]) == 2
    said = capsys.readouterr().err
    assert "all 2 sentences so far are of unknown truth" in said
    assert "resume" not in said
