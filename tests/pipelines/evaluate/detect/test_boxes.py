"""The harness does not flatter: made sentences, detectors that see so much of the boxes, and the table."""

from itertools import pairwise

import pytest

from irloom.cli.main import main
from offline.check_align import HIDDEN, ask, list_trials, score
from support.scene_files import write_scenes
from support.skewed_scenes import LABELS, draw_scenes

SCENES = draw_scenes(12, seed=1)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """The mean AUROC of each detector with its interval, on sentences that were made of drawn scenes."""
    root = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "a-key-of-tests")
        assert main(["run", "align", *write_scenes(root, SCENES), "--quiet", "--out", str(root / "run")]) == 0
        pictures = [root / "scenes" / f"{number}.png" for number in range(1, len(SCENES) + 1)]
        trials = list_trials(sorted(LABELS))
        found = [score(ask(root / "run", root, trial, SCENES, pictures)) for trial in trials]
    return {run["name"]: run["mean"] for run in found}


def test_a_detector_that_reads_boxes_is_good_and_the_less_it_sees_the_worse(
    scored: dict[str, dict[str, float]],
) -> None:
    found = [scored[f"hidden-{share:g}"]["value"] for share in HIDDEN]
    assert found[0] >= 0.95
    assert all(more > less for more, less in pairwise(found))
    assert found[-1] == 0.5, "who sees no box knows nothing"


@pytest.mark.parametrize("name", ["guesses", "another-image"])
def test_who_guesses_and_who_gets_another_image_have_chance_in_their_interval(
    name: str, scored: dict[str, dict[str, float]]
) -> None:
    one = scored[name]
    assert one["low"] < 0.5 < one["high"]
    assert one["high"] - one["low"] < 0.5
