"""The gallery is ordered by id, and rows that do not agree are refused by name."""

from dataclasses import replace

import pytest

from irloom.errors import ConfigError
from irloom.metrics.edir_layout import lay_out
from irloom.protocols import Query
from support.edir_data import build_edir


def test_the_gallery_is_in_the_order_of_its_ids() -> None:
    layout = lay_out(build_edir({"a": (["c"], ["a", "b"])}, ["c", "a", "b"], references={"a": "b.png"}))
    assert [image.id for image in layout.gallery] == ["a", "b", "c"]
    (case,) = layout.cases
    assert [set(one) for one in (case.targets, case.siblings, case.references)] == [{2}, {0, 1}, {1}]
    assert layout.find_references().tolist() == [[0, 1]]


def test_queries_without_a_positive_are_left_out_and_counted() -> None:
    layout = lay_out(build_edir({"a": ([], []), "b": (["x"], []), "c": ([], ["x"])}, ["x"]))
    assert ([case.query.id for case in layout.cases], layout.unanswerable) == (["b"], 2)
    assert lay_out(build_edir({"b": (["x"], []), "a": ([], [])}, ["x"]), limit=1).unanswerable == 0


def test_a_mode_shows_a_part_of_the_query() -> None:
    (case,) = lay_out(build_edir({"a": (["x"], [])}, ["x"])).cases
    assert case.show("both") == Query(case.image, "text of a")
    assert case.show("text") == Query(None, "text of a")
    assert case.show("image") == Query(case.image, None)


def test_rows_that_do_not_agree_are_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="instance 'a': neg 'y' is not in the corpus"):
        lay_out(build_edir({"a": (["x"], ["y"])}, ["x"]))
    with pytest.raises(ConfigError, match="no query has a right answer"):
        lay_out(build_edir({"a": ([], [])}, ["x"]))
    data = build_edir({"a": (["x"], [])}, ["x"])
    for what, twice in {
        "corpus 'x'": replace(data, corpus=data.corpus * 2),
        "query 'a'": replace(data, queries=data.queries * 2),
        "instance 'a'": replace(data, instances=data.instances * 2),
    }.items():
        with pytest.raises(ConfigError, match=f"{what}: the id stands more than once"):
            lay_out(twice)
