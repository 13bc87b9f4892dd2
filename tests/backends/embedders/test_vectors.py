"""Vectors of a file come in the order of the ids, or the file is refused for what is wrong with it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irloom.backends.embedders.vectors import read_vectors
from irloom.errors import ConfigError

GOOD: dict[str, Any] = {
    "query_ids": ["q1", "q2"],
    "queries": [[3.0, 4.0], [0.0, 2.0]],
    "corpus_ids": ["a", "b", "c"],
    "corpus": np.array([[1, 0], [0, 5], [2, 0]], dtype=np.float16),
}


def write(path: Path, **changes: Any) -> Path:
    np.savez(path, **{name: value for name, value in {**GOOD, **changes}.items() if value is not None})
    return path


def test_rows_come_in_the_order_of_the_ids_and_of_length_one(tmp_path: Path) -> None:
    found = read_vectors(write(tmp_path / "v.npz"), ["q2", "q1"], ["c", "b"])
    assert found.queries["both"].rows == pytest.approx(np.array([[0, 1], [0.6, 0.8]]))
    assert found.corpus.rows == pytest.approx(np.array([[1, 0], [0, 1]]))
    assert found.corpus.rows.dtype == np.float32
    assert list(found.queries) == ["both"]


def test_parts_of_queries_may_have_vectors_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path / "v.npz", queries=None, queries_text=[[1.0, 0.0], [0.0, 1.0]])
    assert list(read_vectors(path, ["q1"], ["a"]).queries) == ["text"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"query_ids": ["q8", "q9"]}, r"queries has no usable row for any of 2 ids, such as 'q1'"),
        ({"corpus_ids": ["v", "w", "x"]}, r"any of 3 ids, such as 'a': corpus_ids lacks them"),
        ({"corpus_ids": ["a", "b", "b"]}, "some of corpus_ids stand twice"),
        ({"corpus": None}, "holds no array 'corpus': it has query_ids, queries, corpus_ids"),
        ({"queries": None}, "holds no queries or queries_text or queries_image"),
        ({"queries": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]}, "queries has 3 dimensions, corpus 2"),
        ({"queries": [[1.0, 0.0]]}, r"queries is float64 of the shape \(1, 2\): write numbers, 2 rows"),
        ({"queries": ["red", "blue"]}, "write numbers"),
        ({"queries": np.full((2, 2), np.nan)}, "or their rows are not finite or all 0"),
        ({"corpus": np.zeros((3, 2))}, "corpus has no usable row"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_for_its_reason(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        read_vectors(write(tmp_path / "v.npz", **changes), ["q1", "q2"], ["a", "b", "c"])


def test_ids_without_a_usable_row_are_not_among_those_that_have_one(tmp_path: Path) -> None:
    rows = np.array([[np.nan, 1], [0, 5], [0, 0]])
    found = read_vectors(write(tmp_path / "v.npz", corpus=rows), ["q9", "q2", "q8"], ["c", "b", "a", "d"])
    assert (found.queries["both"].numbers.tolist(), found.corpus.numbers.tolist()) == ([1], [1])
    assert found.corpus.rows.tolist() == [[0, 1]]


def test_what_is_no_archive_or_holds_objects_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("no archive")
    np.save(tmp_path / "one.npy", np.eye(2))
    objects = write(tmp_path / "objects.npz", queries=np.array([{"a": 1}, {"b": 2}], dtype=object))
    for path in (tmp_path / "text.npz", tmp_path / "one.npy", tmp_path / "gone.npz", objects):
        with pytest.raises(ConfigError, match="cannot be read"):
            read_vectors(path, ["q1"], ["a"])
