"""Candidate sets are scored as the paper prints it, and on one scale."""

import pytest

from irloom.question_sets.template.score import say_score, score_sets

QUALITY = {"flir": 3.0, "llvip": 4.0, "lsotb": 2.0}
KINDS = {"flir": 15, "llvip": 1, "lsotb": 47}
PICTURES = dict.fromkeys(QUALITY, 100)


def test_as_printed_the_number_of_kinds_decides() -> None:
    scores = {one.name: one for one in score_sets(QUALITY, PICTURES, KINDS)}
    assert scores["flir"].printed == pytest.approx(0.4 * 3 + 0.6 * 15)
    assert list(scores) == ["lsotb", "flir", "llvip"]
    assert [one.printed_rank for one in scores.values()] == [1, 2, 3]


def test_on_one_scale_quality_counts_for_two_fifths() -> None:
    scores = {one.name: one for one in score_sets(QUALITY, PICTURES, KINDS)}
    assert scores["lsotb"].scaled == pytest.approx(0.6)
    assert scores["llvip"].scaled == pytest.approx(0.4)
    assert scores["flir"].scaled == pytest.approx(0.4 * 0.5 + 0.6 * 14 / 46)
    assert [scores[name].scaled_rank for name in ("lsotb", "llvip", "flir")] == [1, 2, 3]


def test_sets_that_do_not_differ_have_no_place_on_a_scale_between_them() -> None:
    (one,) = score_sets({"flir": 3.0}, {"flir": 9}, {"flir": 15})
    assert one.printed == pytest.approx(10.2)
    assert (one.printed_rank, one.scaled, one.scaled_rank) == (1, None, None)


def test_equal_scores_share_a_rank() -> None:
    scores = score_sets({"a": 2.0, "b": 2.0, "c": 1.0}, {"a": 1, "b": 1, "c": 1}, {"a": 3, "b": 3, "c": 3})
    assert [(one.name, one.printed_rank) for one in scores] == [("a", 1), ("b", 1), ("c", 3)]


@pytest.mark.parametrize(
    ("quality", "kinds", "said"),
    [
        ((2.0,), (3,), "no other set is scored, so there is no scale"),
        ((2.0, 2.0), (3, 4), "all sets have the same Q, so there is no scale"),
        ((2.0, 3.0), (3, 3), "all sets have the same N, so there is no scale"),
        ((2.0, 2.0), (3, 3), "all sets have the same Q and the same N, so there is no scale"),
        ((2.0, 3.0), (3, 4), "on a scale from 0 to 1 0.000, rank 2"),
    ],
)
def test_a_sentence_says_why_there_is_no_scale(
    quality: tuple[float, ...], kinds: tuple[int, ...], said: str
) -> None:
    names = "ab"[: len(kinds)]
    given = (
        dict(zip(names, quality, strict=True)),
        dict.fromkeys(names, 1),
        dict(zip(names, kinds, strict=True)),
    )
    scores = score_sets(*given)
    assert said in say_score(scores[-1], scores)
