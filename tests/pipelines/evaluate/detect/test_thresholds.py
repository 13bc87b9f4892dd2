"""What a threshold keeps: its score and more, never a sentence without one."""

from pathlib import Path

import numpy as np

from irloom.pipelines.evaluate.detect.detections import read_run
from irloom.pipelines.evaluate.detect.thresholds import MOST, Filter, filter_by_score
from support.detected import Said, make_sentence, write_detect_run


def filter_(tmp_path: Path, listed: list[tuple[str, Said]]) -> Filter:
    rows = [make_sentence(number, label) for number, (label, _) in enumerate(listed)]
    return filter_by_score(read_run(write_detect_run(tmp_path / "run", rows, [said for _, said in listed])))


def test_each_score_is_a_line_that_keeps_itself_and_what_is_above(tmp_path: Path) -> None:
    found = filter_(
        tmp_path,
        [("correct", {"score": "90"}), ("correct", {"score": "60"}), ("incorrect", {"score": "60"}),
         ("incorrect", {"score": "20"}), ("correct", {"score": None}), ("incorrect", {})],
    )  # fmt: skip
    assert (found.sentences, found.errors, found.noise, found.scoreless) == (6, 3, 0.5, 2)
    told = [(one.threshold, one.kept, one.errors, one.noise) for one in found.lines]
    assert told == [(20, 4, 2, 0.5), (60, 3, 1, 1 / 3), (90, 1, 0, 0)]
    assert [one.share for one in found.lines] == [4 / 6, 3 / 6, 1 / 6]
    assert [one.correct_share for one in found.lines] == [2 / 3, 2 / 3, 1 / 3]
    assert not found.thinned


def test_many_scores_are_thinned_and_each_line_counts_at_the_threshold_that_it_shows(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    scores = random.random(500) * 100
    found = filter_(
        tmp_path,
        [("correct" if n % 3 else "incorrect", {"score": repr(float(s))}) for n, s in enumerate(scores)],
    )
    assert found.thinned
    assert len(found.lines) <= MOST
    for line in found.lines:
        shown = float(f"{line.threshold:g}")
        assert line.kept == int((scores >= shown).sum())
        assert line.errors == int((scores[::3] >= shown).sum())
