"""What is found is what a full sort finds, in whatever blocks the gallery comes."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from irloom.metrics import retrieval
from irloom.metrics.retrieval import find_nearest


def draw(rows: int, size: int = 48, seed: int = 0) -> NDArray[np.float32]:
    found = np.random.default_rng(seed).standard_normal((rows, size)).astype(np.float32)
    unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def sort_all(queries: NDArray[np.float32], gallery: NDArray[np.float32]) -> NDArray[np.int64]:
    """All places by score, each score in double precision, and equal ones by place."""
    scores = [[float(np.dot(query.astype(float), row)) for row in gallery.astype(float)] for query in queries]
    places = np.arange(len(gallery))
    return np.stack([np.lexsort((places, -np.round(row, 13))) for row in np.array(scores)])


@pytest.fixture(params=[(32_768, 256), (7, 3), (100, 5)], ids=["one block", "tiny blocks", "k a block"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "_BLOCK", request.param[0])
    monkeypatch.setattr(retrieval, "_CHUNK", request.param[1])


@pytest.mark.usefixtures("sizes")
def test_it_finds_what_a_full_sort_finds() -> None:
    queries, gallery = draw(11, seed=1), draw(350)
    found = find_nearest(queries, [gallery[:3], gallery[3:200], gallery[200:]], k=100)
    assert (found.places == sort_all(queries, gallery)[:, :100]).all()
    assert np.allclose(found.scores, np.take_along_axis(queries @ gallery.T, found.places, 1), atol=1e-6)


@pytest.mark.usefixtures("sizes")
def test_twins_come_in_the_order_of_the_gallery_across_all_borders() -> None:
    """A product of single precision scores twins differently by where in the matrix they stand."""
    queries, gallery = draw(9, seed=1), draw(12)[np.random.default_rng(2).integers(12, size=600)]
    found = find_nearest(queries, [gallery], k=100)
    assert (found.places == sort_all(queries, gallery)[:, :100]).all()
    (all_alike,) = find_nearest(queries[:1], [np.repeat(gallery[:1], 500, axis=0)], k=100).places
    assert all_alike.tolist() == list(range(100))


@pytest.mark.usefixtures("sizes")
def test_what_is_left_out_is_not_found_and_the_next_moves_up() -> None:
    queries, gallery = draw(6, seed=1), draw(300)
    free = sort_all(queries, gallery)
    pairs = np.array([(2, free[2, 0]), (2, free[2, 3]), (5, free[5, 1])])
    found = find_nearest(queries, [gallery], k=10, left_out=pairs)
    assert found.places[2].tolist() == [*free[2, 1:3], *free[2, 4:12]]
    assert found.places[5].tolist() == [free[5, 0], *free[5, 2:11]]
    assert (found.places[[0, 1, 3, 4]] == free[[0, 1, 3, 4], :10]).all(), "others still find it"


def test_a_small_gallery_is_found_whole_and_then_nothing() -> None:
    queries, gallery = draw(2, seed=1), draw(3)
    found = find_nearest(queries, [gallery], k=5, left_out=np.array([(1, 0)]))
    assert found.places[0, :3].tolist() == sort_all(queries, gallery)[0].tolist()
    assert (found.places[:, 3:] == -1).all()
    assert sorted(found.places[1, :3].tolist()) == [-1, 1, 2]
    assert np.isneginf(found.scores[found.places == -1]).all()


def test_memory_does_not_grow_with_a_gallery_that_is_mapped_from_files(tmp_path: Path) -> None:
    block, queries = draw(4096), draw(64, seed=1)
    np.save(tmp_path / "block.npy", block)
    peaks = []
    for blocks in (8, 40):
        tracemalloc.start()
        find_nearest(queries, (np.load(tmp_path / "block.npy", mmap_mode="r") for _ in range(blocks)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2.2 * peaks[0], "a second block is joined while the first is in use, and no third"
