"""What is missing or left to chance in EDIR's recall is counted, and stays in the means."""

from pathlib import Path

import numpy as np
import pytest

from irloom.backends.embedders.vectors import GivenRows
from irloom.metrics.edir import retrieve, score
from irloom.metrics.edir_gaps import find_twins
from irloom.metrics.edir_layout import Layout, lay_out
from irloom.metrics.edir_scores import CUTS, EdirScores
from irloom.metrics.edir_tables import list_gaps
from irloom.metrics.edir_vectors import Vectors
from irloom.sources.edir import read_edir
from support.edir_data import build_edir, read_rows, write_edir, write_rows

IDS = ["a", "b", "c", "d"]


def bench(
    layout: Layout,
    queries: list[list[float]],
    gallery: list[list[float]],
    cases: list[int] | None = None,
    places: list[int] | None = None,
) -> EdirScores:
    """Scores of these vectors, which are of some cases and places, or of all."""
    rows = [np.array(one, dtype=np.float32) for one in (queries, gallery)]
    rows = [one / np.linalg.norm(one, axis=1, keepdims=True) for one in rows]
    numbers = np.array(range(len(layout.cases)) if cases is None else cases, dtype=np.int64)
    there = np.array(range(len(layout.gallery)) if places is None else places, dtype=np.int64)
    vectors = Vectors("e", {"both": GivenRows(numbers, rows[0])}, [rows[1][:1], rows[1][1:]], there)
    return score(layout, vectors, retrieve(layout, vectors, False), False, 100)


def ask(**targets: str) -> Layout:
    return lay_out(build_edir({name: ([one], []) for name, one in targets.items()}, IDS))


def test_a_query_without_a_vector_is_a_miss_and_not_left_out() -> None:
    layout = ask(q="a", r="b", s="c")
    found = bench(layout, [[1, 0, 0], [0, 0, 1]], [*np.eye(3).tolist(), [1, 1, 1]], cases=[0, 2])
    assert found.modes["both"].micro.queries == 3
    assert [found.modes["both"].micro.recall[cut].value for cut in CUTS] == pytest.approx([2 / 3] * 4)
    assert (found.gaps["both"].unembedded, found.gaps["both"].unreachable) == (1, 0)
    assert "Query both: 1 of 3 queries have no embedding, and count as missed." in list(list_gaps(found))


def test_a_target_without_a_vector_is_a_miss_and_other_places_keep_their_own() -> None:
    layout = ask(q="a", r="c", s="d")
    found = bench(layout, np.eye(3).tolist(), [[0, 1, 0], [0, 0, 1], [1, 0, 0]], places=[2, 3, 1])
    assert found.modes["both"].micro.recall[10].value == pytest.approx(2 / 3), "q's target is not there"
    assert found.modes["both"].micro.recall[1].value == pytest.approx(2 / 3)
    assert (found.unembedded_images, found.gaps["both"].unreachable) == (1, 1)


def test_ties_go_by_id_and_it_is_told_what_the_recall_were_otherwise() -> None:
    layout = ask(q="a", r="b", s="d")  # a and b are level for everybody, d is alone
    gallery = [[1.0, 0.0], [1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    found = bench(layout, [[1, 0], [1, 0], [0, 1]], gallery)
    gaps = found.gaps["both"]
    assert found.modes["both"].micro.recall[1].value == pytest.approx(2 / 3), "a is before b"
    assert gaps.ties_low[1] == pytest.approx(1 / 3)
    assert (gaps.ties, gaps.ties_high[1]) == (2, 1.0)
    assert (gaps.ties_low[3], gaps.ties_high[3]) == (1.0, 1.0)
    assert "R@1 were 33.3 if all went against the target, 100.0 if" in " ".join(list_gaps(found))


def test_an_embedder_that_knows_nothing_ties_with_more_than_are_looked_up() -> None:
    ids = [f"i{number:03}" for number in range(150)]
    layout = lay_out(build_edir({"q": ([ids[0]], []), "r": ([ids[140]], [])}, ids))
    found = bench(layout, [[1, 1], [1, 1]], [[1.0, 1.0]] * 150)
    assert found.modes["both"].micro.recall[1].value == 0.5
    gaps = found.gaps["both"]
    assert (gaps.ties, gaps.ties_low[10], gaps.ties_high[1]) == (2, 0.0, 1.0)


def test_another_target_is_no_tie() -> None:
    layout = lay_out(build_edir({"q": (["a", "b"], [])}, IDS))
    found = bench(layout, [[1, 0]], [[1, 0], [1, 0], [0, 1], [0, 1]])
    assert (found.gaps["both"].ties, list(list_gaps(found))[1:]) == (0, [])


def test_a_twin_of_the_target_is_no_target_and_is_told(tmp_path: Path) -> None:
    data = write_edir(tmp_path / "data")
    rows = read_rows(data / "corpus.jsonl")
    twin = (data / "images" / "0_1.png").read_bytes()
    (data / "images" / "0_0copy.png").write_bytes(twin)
    write_rows(data / "corpus.jsonl", [*rows, {"id": "0_0copy", "image": "0_0copy.png"}])
    layout = lay_out(read_edir(data))
    (met,) = [at for at, one in enumerate(find_twins(layout)) if one]
    assert layout.cases[met].query.id == "0.1"
    size = len(layout.gallery)
    targets = [min(case.targets) for case in layout.cases]
    gallery = np.eye(size)
    (place,) = find_twins(layout)[met]
    gallery[place] = gallery[targets[met]]
    found = bench(layout, gallery[targets].tolist(), gallery.tolist())
    assert found.modes["both"].micro.recall[1].value == pytest.approx(11 / 12), "the twin's id is the first"
    gaps = found.gaps["both"]
    assert (gaps.twins, gaps.twins_first, gaps.ties) == (1, 1, 1)


def test_queries_without_a_known_subcategory_are_told() -> None:
    found = bench(ask(q="a"), [[1, 0]], [[1, 0], [0, 1], [0, 1], [0, 1]])
    (said,) = list_gaps(found)
    assert said.startswith("1 of 1 queries have no known subcategory")
