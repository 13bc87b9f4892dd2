"""Many questions are kept on disk, and come back one by one in their order."""

import pytest

from irloom.pipelines.evaluate.records import Item, Wording
from irloom.pipelines.evaluate.store import ItemStore


def make(name: str) -> Item:
    wording = Wording(question=f"about {name}", options={})
    return Item(id=name, images=(), dimension="", group="", answer="", wordings={"en": wording})


@pytest.fixture
def store() -> ItemStore:
    store = ItemStore(make)
    for number in range(1203):
        assert store.add(f"q{number}", f"q{number}")
    return store


def test_questions_come_back_in_the_order_in_which_they_were_kept(store: ItemStore) -> None:
    assert len(store) == 1203
    assert list(store.list_ids()) == [f"q{number}" for number in range(1203)]
    assert [item.id for item in store] == list(store.list_ids())
    assert (store[0].id, store[-1].id) == ("q0", "q1202")
    assert [item.id for item in store[1:3]] == ["q1", "q2"]


def test_a_question_is_found_by_its_id_and_kept_once(store: ItemStore) -> None:
    found = store.find("q77")
    assert found is not None
    assert found.wordings["en"].question == "about q77"
    assert store.find("q9999") is None
    assert store.add("q77", "another") is False
    assert len(store) == 1203
    assert store.add("new", "new")
    assert store[-1].id == "new"


def test_one_past_the_end_is_refused(store: ItemStore) -> None:
    with pytest.raises(IndexError):
        store[1203]
