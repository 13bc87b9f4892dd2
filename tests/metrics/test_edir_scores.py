"""Recall agrees with an established evaluator; intervals, groups and errors are what they say."""

import numpy as np
import pytest
import pytrec_eval
from numpy.typing import NDArray

from irloom.metrics.edir_layout import lay_out
from irloom.metrics.edir_scores import CUTS, Errors, score_mode
from irloom.metrics.retrieval import find_nearest
from support.edir_data import build_edir


def draw(rows: int, seed: int) -> NDArray[np.float32]:
    found = np.random.default_rng(seed).standard_normal((rows, 8)).astype(np.float32)
    unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def test_recall_is_that_of_pytrec_eval_on_the_same_vectors() -> None:
    ids = [f"c{number:03}" for number in range(150)]
    targets = np.random.default_rng(3).integers(150, size=80)
    names = {f"q{number}": ids[target] for number, target in enumerate(targets)}
    kinds = {name: ("color", "count", "complex")[number % 3] for number, name in enumerate(names)}
    layout = lay_out(build_edir({name: ([one], []) for name, one in names.items()}, ids, kinds))
    queries, gallery = draw(80, 1), draw(150, 2)
    queries[::2] = gallery[targets[::2]] + 0.7 * draw(40, 4)  # half of them on the side of their targets
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    ours = score_mode(layout.cases, find_nearest(queries, [gallery]).places)

    product = (queries @ gallery.T).astype(float)
    run = {name: dict(zip(ids, row.tolist(), strict=True)) for name, row in zip(names, product, strict=True)}
    evaluator = pytrec_eval.RelevanceEvaluator(
        {name: {one: 1} for name, one in names.items()}, {f"recall.{','.join(map(str, CUTS))}"}
    )
    theirs = evaluator.evaluate(run)
    for cut in CUTS:
        rows = {name: theirs[name][f"recall_{cut}"] for name in names}
        assert ours.micro.recall[cut].value == pytest.approx(np.mean(list(rows.values())))
        by_kind = {
            kind: np.mean([rows[name] for name in names if kinds[name] == kind]) for kind in kinds.values()
        }
        assert ours.macro is not None
        assert ours.macro.recall[cut].value == pytest.approx(np.mean(list(by_kind.values())))
        for kind, group in ours.subcategories.items():
            assert group.recall[cut].value == pytest.approx(by_kind[kind])
    assert 0.1 < ours.micro.recall[1].value < ours.micro.recall[10].value < 1


def test_macro_counts_subcategories_alike_and_micro_queries() -> None:
    kinds = {"a": "color", "b": "color", "c": "color", "d": "weather"}
    layout = lay_out(build_edir({name: (["x"], []) for name in kinds}, ["x", "y"], kinds))
    scores = score_mode(layout.cases, np.array([[0, 1], [0, 1], [1, 0], [1, 0]]))
    assert scores.macro is not None
    assert scores.micro.recall[1].value == 0.5
    assert scores.macro.recall[1].value == pytest.approx((2 / 3 + 0) / 2)
    assert {name: group.queries for name, group in scores.categories.items()} == {"attribute": 3, "global": 1}


def test_of_several_targets_one_is_enough() -> None:
    layout = lay_out(build_edir({"a": (["x", "z"], [])}, ["w", "x", "y", "z"]))
    scores = score_mode(layout.cases, np.array([[0, 2, 3, 1]]))
    assert [scores.micro.recall[cut].value for cut in CUTS] == [0, 1, 1, 1]


def test_a_target_that_was_not_found_is_a_miss_at_every_cut() -> None:
    layout = lay_out(build_edir({"a": (["z"], [])}, ["w", "x", "z"]))
    scores = score_mode(layout.cases, np.array([[0, 1, -1]]))
    assert [scores.micro.recall[cut].value for cut in CUTS] == [0, 0, 0, 0]


def test_errors_go_to_siblings_the_reference_or_others() -> None:
    answers = {name: (["t"], ["s"]) for name in "abcd"}
    data = build_edir(answers, ["o", "r", "s", "t"], references=dict.fromkeys("abcd", "r.png"))
    layout = lay_out(data)  # o, r, s, t are the places 0 to 3
    scores = score_mode(layout.cases, np.array([[3, 0], [2, 3], [1, 3], [0, 3]]))
    assert scores.errors == Errors(total=3, siblings=1, reference=1)
    assert scores.errors.other == 1


def test_without_subcategories_there_is_no_macro() -> None:
    layout = lay_out(build_edir({"a": (["x"], [])}, ["x"]))
    scores = score_mode(layout.cases, np.array([[0]]))
    assert (scores.macro, scores.subcategories, scores.categories) == (None, {}, {})


def test_intervals_are_those_of_drawing_queries_again_one_by_one() -> None:
    hits = np.random.default_rng(5).random(60) < 0.3
    layout = lay_out(build_edir({f"q{n:02}": (["x"], []) for n in range(60)}, ["x", "y"]))
    places = np.where(hits[:, None], [[0, 1]], [[1, 0]])
    recall = score_mode(layout.cases, places, resamples=20_000).micro.recall[1]
    random = np.random.default_rng(6)
    drawn = [hits[random.integers(60, size=60)].mean() for _ in range(20_000)]
    assert (recall.low, recall.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=1 / 60)
    assert recall.low < recall.value == hits.mean() < recall.high


def test_intervals_follow_the_seed_and_no_other_group() -> None:
    names = {f"q{n:02}": "color" if n % 2 else "count" for n in range(40)}
    layout = lay_out(build_edir({name: (["x"], []) for name in names}, ["x", "y"], names))
    places = np.array([[n // 2 % 2, 1 - n // 2 % 2] for n in range(40)])
    once, again = (score_mode(layout.cases, places, seed=1) for _ in range(2))
    assert once == again
    other = [score_mode(layout.cases, places, 50, seed).micro.recall[1] for seed in range(5)]
    assert len({(recall.low, recall.high) for recall in other}) > 1
    alone = [number for number, case in enumerate(layout.cases) if case.query.subcategory == "color"]
    part = score_mode([layout.cases[number] for number in alone], places[alone], seed=1)
    assert part.subcategories["color"] == once.subcategories["color"]
