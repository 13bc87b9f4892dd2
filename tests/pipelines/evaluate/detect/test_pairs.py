"""Pair accuracy with ties one half, and Winoground's three scores with ties wrong."""

from pathlib import Path

from irloom.pipelines.evaluate.detect.detections import read_run
from irloom.pipelines.evaluate.detect.pairs import Paired, score_pairs
from support.detected import make_sentence, write_detect_run

SIDES = ("c0i0", "c0i1", "c1i0", "c1i1")


def score(tmp_path: Path, listed: list[tuple[str, str, str, int]]) -> Paired:
    """Of pair, side, label and score."""
    rows = [
        make_sentence(number, label, group="G", pair=pair, side=side)
        for number, (pair, side, label, _) in enumerate(listed)
    ]
    return score_pairs(
        read_run(write_detect_run(tmp_path / "run", rows, [{"score": str(one[3])} for one in listed]))
    )


def test_a_pair_is_won_lost_or_tied(tmp_path: Path) -> None:
    scores = {"a": (9, 1), "b": (1, 9), "c": (5, 5), "d": (8, 2)}
    listed = [(pair, "right", "correct", both[0]) for pair, both in scores.items()]
    listed += [(pair, "wrong", "incorrect", both[1]) for pair, both in scores.items()]
    found = score(tmp_path, listed)
    (group,) = found.pairs
    assert (group.pairs, group.accuracy, found.broken, found.winoground) == (4, 0.625, 0, [])


def test_half_a_pair_is_left_out_and_counted(tmp_path: Path) -> None:
    listed = [("a", "right", "correct", 1), ("b", "right", "correct", 1), ("b", "wrong", "unknown", 0)]
    found = score(tmp_path, listed)
    assert (found.pairs, found.broken) == ([], 2)


def test_each_wrong_side_of_a_pair_makes_a_pair_with_each_right_one(tmp_path: Path) -> None:
    listed = [("a", "right", "correct", 5), ("a", "wrong", "incorrect", 1), ("a", "wrong", "incorrect", 9)]
    listed += [("b", "right", "correct", 7), ("b", "right", "correct", 3), ("b", "wrong", "incorrect", 3)]
    found = score(tmp_path, listed)
    (group,) = found.pairs
    assert (group.pairs, group.accuracy, found.broken) == (4, (1 + 0 + 1 + 0.5) / 4, 0)


def test_a_quartet_with_a_side_twice_is_left_out_and_counted(tmp_path: Path) -> None:
    listed = [("a", side, "correct", 1) for side in (*SIDES, "c0i0")]
    found = score(tmp_path, listed)
    assert (found.winoground, found.broken) == ([], 1)


def test_winoground_asks_for_text_image_and_both(tmp_path: Path) -> None:
    quartets = {
        "all": (9, 1, 1, 9),
        "text": (9, 5, 5, 6),
        "text only": (3, 7, 2, 9),
        "image only": (3, 2, 7, 9),
        "tied": (5, 5, 5, 5),
    }
    listed = [
        (pair, side, "correct" if side in ("c0i0", "c1i1") else "incorrect", value)
        for pair, values in quartets.items()
        for side, value in zip(SIDES, values, strict=True)
    ]
    (found,) = score(tmp_path, listed).winoground
    assert (found.quartets, found.text, found.image, found.both) == (5, 0.6, 0.6, 0.4)
