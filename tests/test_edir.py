"""EDIR's subcategories are known by the names that its releases use."""

import pytest

from irloom.edir import EdirQuery
from irloom.edits import SUBCATEGORIES, Subcategory, name_subcategory


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Color", "color"),
        ("colour", "color"),
        ("View", "viewpoint"),
        (" viewpoint ", "viewpoint"),
        ("COMPLEX", "complex"),
        ("lighting", None),
        ("", None),
    ],
)
def test_a_subcategory_is_known_whatever_its_spelling(text: str, name: Subcategory | None) -> None:
    assert name_subcategory(text) == name


def test_every_subcategory_is_known_by_its_own_name() -> None:
    assert [name_subcategory(name) for name in SUBCATEGORIES] == list(SUBCATEGORIES)


@pytest.mark.parametrize(
    ("metadata", "name"), [({"subcategory": "View"}, "viewpoint"), ({}, None), ({"subcategory": None}, None)]
)
def test_a_query_says_its_subcategory_where_it_is_known(
    metadata: dict[str, object], name: Subcategory | None
) -> None:
    assert EdirQuery(id="1", image="1.png", text="x", metadata=metadata).subcategory == name


def test_a_subcategory_that_is_not_known_stays_as_it_was_written() -> None:
    query = EdirQuery(id="1", image="1.png", text="x", metadata={"subcategory": "Lighting"})
    assert (query.subcategory, query.metadata["subcategory"]) == (None, "Lighting")
