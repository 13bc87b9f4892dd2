"""The harness does not flatter: made sentences, detectors that see so much of the boxes, and the table."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from irloom.cli.main import main
from support.box_detector import BoxDetector, Guesser
from support.scene_files import BoxServer, Detector, write_scenes
from support.skewed_scenes import LABELS, draw_scenes

SCENES = draw_scenes(12, seed=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of sentences, right and wrong by construction."""
    root = tmp_path_factory.mktemp("made")
    assert main(["run", "align", *write_scenes(root, SCENES), "--quiet", "--out", str(root / "run")]) == 0
    return root / "run"


def detect(made: Path, out: Path, detector: Detector, shift: int = 0) -> Path:
    """Ask a detector about every sentence through HTTP."""
    with BoxServer(scenes=SCENES, detector=detector, shift=shift) as server:
        asked = ["--profile", "openai", "--model", server.model, "--base-url", server.url]
        assert (
            main(
                [
                    "run",
                    "detect",
                    "--data",
                    str(made),
                    "--out",
                    str(out),
                    "--quiet",
                    "--concurrency",
                    "8",
                    *asked,
                ]
            )
            == 0
        )
    return out


def bench(capsys: pytest.CaptureFixture[str], *runs: Path) -> list[dict[str, Any]]:
    """The mean AUROC of each run, with its interval."""
    capsys.readouterr()
    assert main(["bench", "align", *map(str, runs), "--json"]) == 0
    return [run["mean"] for run in json.loads(capsys.readouterr().out)["runs"]]


def test_a_detector_that_reads_boxes_is_good_and_the_less_it_sees_the_worse(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")
    hidden = (0.0, 0.25, 0.5, 1.0)
    runs = [detect(made, tmp_path / f"hidden-{share:g}", BoxDetector(LABELS, share)) for share in hidden]
    found = [one["value"] for one in bench(capsys, *runs)]
    assert found[0] >= 0.95
    assert all(more > less for more, less in pairwise(found))
    assert found[-1] == 0.5, "who sees no box knows nothing"


def test_who_guesses_and_who_gets_another_image_have_chance_in_their_interval(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-tests")
    guessed = detect(made, tmp_path / "guessed", Guesser())
    elsewhere = detect(made, tmp_path / "elsewhere", BoxDetector(LABELS), shift=1)
    for one in bench(capsys, guessed, elsewhere):
        assert one["low"] < 0.5 < one["high"]
        assert one["high"] - one["low"] < 0.5
