"""Intervals that draw whole clusters."""

import numpy as np
import pytest

from irloom.metrics.clusters import Clusters


def test_values_of_one_cluster_count_as_one() -> None:
    values = np.array([1.0] * 50 + [0.0] * 50)
    alone = Clusters([str(place) for place in range(100)]).estimate(values)
    films = Clusters(["a"] * 50 + ["b"] * 50).estimate(values)
    assert alone is not None and films is not None  # noqa: PT018
    assert alone.value == films.value == 0.5
    assert (films.low, films.high) == (0, 1), "two films: both may be drawn alike"
    assert 0.39 < (alone.low or 0) < 0.42
    assert 0.58 < (alone.high or 0) < 0.61


def test_one_cluster_tells_no_interval() -> None:
    found = Clusters(["a", "a"]).estimate(np.array([1.0, 0.0]))
    assert found is not None
    assert (found.value, found.low, found.high) == (0.5, None, None)


def test_only_known_values_count() -> None:
    known = np.array([True, False, True])
    found = Clusters(["a", "b", "c"]).estimate(np.array([1.0, 9.0, 3.0]), known)
    assert found is not None
    assert found.value == 2
    assert found.high == pytest.approx(3)
    assert Clusters(["a"]).estimate(np.array([1.0]), np.array([False])) is None


def test_equal_clusters_are_drawn_alike_and_other_names_are_not() -> None:
    values, names = np.arange(20.0), [str(place) for place in range(20)]
    one, other = Clusters(names, "t").draw_means(values), Clusters(names, "u").draw_means(values)
    assert (one == Clusters(names, "t").draw_means(values)).all()
    assert not (one == other).all()
