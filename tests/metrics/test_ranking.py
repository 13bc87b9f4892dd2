"""AUROC, its intervals and average precision equal scikit-learn's, the textbook's, and golden values."""

import numpy as np
import pytest

from irloom.metrics.estimates import Estimate
from irloom.metrics.ranking import (
    Ranking,
    average,
    draw_clusters,
    estimate,
    find_auroc,
    find_average_precision,
    rank,
    resample,
    share_ties,
    subtract,
)

RIGHT = np.array([True, True, False, False, True])
SCORES = np.array([90.0, 50, 50, 10, 50])


def make(seed: int, number: int = 300, steps: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, scores with many ties, and clusters of three."""
    random = np.random.default_rng(seed)
    right = random.random(number) < 0.7
    scores = np.round(steps * (random.random(number) + 0.3 * right)) * 1.0
    return right, scores, np.arange(number) // 3


def demand(ranking: Ranking | None) -> Ranking:
    assert ranking is not None
    return ranking


def test_golden_values_of_the_small_case() -> None:
    assert find_auroc(RIGHT, SCORES) == pytest.approx(0.83333, abs=1e-5)
    assert find_average_precision(RIGHT, SCORES) == pytest.approx(0.83333, abs=1e-5)
    assert share_ties(RIGHT, SCORES) == pytest.approx(2 / 6)


@pytest.mark.parametrize("only", [True, False])
def test_one_class_alone_is_not_defined(only: bool) -> None:
    right, scores = np.full(4, only), np.arange(4.0)
    assert find_auroc(right, scores) is None
    assert share_ties(right, scores) is None
    assert rank(right, scores, np.arange(4), 4, None) is None


def test_nothing_wanted_has_no_average_precision() -> None:
    assert find_average_precision(np.zeros(3, bool), np.arange(3.0)) is None


@pytest.mark.parametrize("seed", range(8))
def test_auroc_counts_pairs_and_ties_one_half(seed: int) -> None:
    right, scores, _ = make(seed)
    pairs = scores[right][:, None] - scores[~right][None, :]
    assert find_auroc(right, scores) == pytest.approx((np.sign(pairs) + 1).mean() / 2)
    assert share_ties(right, scores) == pytest.approx((pairs == 0).mean())


@pytest.mark.parametrize("seed", range(8))
def test_every_way_to_auroc_equals_scikit_learns_with_ties(seed: int) -> None:
    from sklearn.metrics import roc_auc_score

    right, scores, clusters = make(seed)
    expected = roc_auc_score(right, scores)
    assert find_auroc(right, scores) == pytest.approx(expected)
    assert demand(rank(right, scores, clusters, 100, None)).value == pytest.approx(expected)
    whole = resample(right, scores, clusters, np.ones((1, 100)))
    assert whole == pytest.approx([expected]), "a resample that draws each cluster once"


@pytest.mark.parametrize("seed", range(8))
def test_average_precision_equals_scikit_learns_with_ties(seed: int) -> None:
    from sklearn.metrics import average_precision_score

    right, scores, _ = make(seed)
    expected = average_precision_score(right, scores)
    assert find_average_precision(right, scores) == pytest.approx(expected)


def test_with_an_item_a_cluster_the_interval_is_delongs() -> None:
    right, scores, _ = make(3)
    ups, downs = scores[right], scores[~right]
    order = (np.sign(ups[:, None] - downs[None, :]) + 1) / 2
    variance = order.mean(axis=1).var(ddof=1) / len(ups) + order.mean(axis=0).var(ddof=1) / len(downs)
    found = estimate(demand(rank(right, scores, np.arange(300), 300, None)))
    assert found.low == pytest.approx(order.mean() - 1.959964 * np.sqrt(variance))
    assert found.high == pytest.approx(order.mean() + 1.959964 * np.sqrt(variance))


def test_doubled_items_in_one_cluster_make_no_interval_narrower() -> None:
    right, scores, _ = make(4)
    once = estimate(demand(rank(right, scores, np.arange(300), 300, None)))
    twice = [np.concatenate([one, one]) for one in (right, scores, np.arange(300))]
    again = estimate(demand(rank(twice[0], twice[1], twice[2], 300, None)))
    assert again.value == pytest.approx(once.value)
    assert again.low == pytest.approx(once.low)
    assert again.high == pytest.approx(once.high)


def test_bootstrap_and_delong_agree_where_there_are_many_clusters() -> None:
    right, scores, clusters = make(5, 3000)
    delong = estimate(demand(rank(right, scores, clusters, 1000, None)))
    drawn = estimate(demand(rank(right, scores, clusters, 1000, draw_clusters(1000, 2000, 0))))
    assert delong.low == pytest.approx(drawn.low, abs=0.004)
    assert delong.high == pytest.approx(drawn.high, abs=0.004)


def test_a_resample_is_scored_as_if_its_items_were_copied() -> None:
    right, scores, clusters = make(6, 60)
    draws = draw_clusters(20, 7, 1)
    found = resample(right, scores, clusters, draws)
    for weights, value in zip(draws, found, strict=True):
        copies = np.repeat(np.arange(60), weights[clusters].astype(int))
        assert find_auroc(right[copies], scores[copies]) == pytest.approx(value)


def test_a_resample_with_one_class_is_left_out_of_the_interval() -> None:
    right = np.array([True, True, False, True])
    scores = np.array([1.0, 2, 1.5, 3])
    draws = draw_clusters(4, 50, 0)
    found = resample(right, scores, np.arange(4), draws)
    assert np.isnan(found).sum() == (draws[:, 2] == 0).sum() + (draws[:, 2] == 4).sum()
    ends = estimate(demand(rank(right, scores, np.arange(4), 4, draws)))
    assert ends.low is not None
    assert ends.low >= 0


def test_a_difference_is_paired_so_that_what_is_common_cancels() -> None:
    right, scores, clusters = make(7)
    other = scores + np.random.default_rng(1).normal(0, 0.5, 300)
    one, two = (demand(rank(right, some, clusters, 100, None)) for some in (scores, other))
    paired = estimate(subtract(one, two), -1, 1)
    alone = estimate(one)
    assert paired.value == pytest.approx(one.value - two.value)
    assert width(paired) < width(alone) / 2
    assert estimate(subtract(one, one), -1, 1).low is None, "nothing varies"


def test_a_mean_over_groups_knows_that_they_share_images() -> None:
    right, scores, clusters = make(8)
    one = demand(rank(right, scores, clusters, 100, None))
    same, single = estimate(average([one, one])), estimate(one)
    assert same.low == pytest.approx(single.low)
    assert same.high == pytest.approx(single.high)
    apart = [demand(rank(right, scores, clusters + start, 200, None)) for start in (0, 100)]
    mean = estimate(average(apart))
    assert width(mean) == pytest.approx(width(single) / np.sqrt(2))


def test_no_interval_is_told_where_every_pair_falls_alike_or_one_cluster_has_a_whole_side() -> None:
    right = np.array([True, True, True, False, False])
    apart = estimate(demand(rank(right, np.array([5.0, 6, 7, 1, 2]), np.arange(5), 5, None)))
    assert (apart.value, apart.low, apart.high) == (1.0, None, None)
    lone = np.array([True, True, True, True, False])
    found = estimate(demand(rank(lone, np.array([5.0, 6, 1, 3, 2]), np.arange(5), 5, None)))
    assert (found.value, found.low) == (0.75, None)


def width(found: Estimate) -> float:
    """How wide an interval is."""
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low
