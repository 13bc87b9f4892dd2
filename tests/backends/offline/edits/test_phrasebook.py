import re
from typing import Any

import pytest

from irloom.backends.offline.edits.phrasebook import Phrases, read_phrasebook
from irloom.edits import SUBCATEGORIES, Subcategory

SLOTS = {"it", "value", "a", "be", "are", "place", "more", "many"}
SIMPLE = [name for name in SUBCATEGORIES if name != "complex"]


def list_phrases(subcategory: Subcategory) -> list[Phrases]:
    book = read_phrasebook()
    return [book.find_phrases(subcategory, value) for value in (*book.values.get(subcategory, ()), "other")]


@pytest.mark.parametrize("subcategory", SIMPLE)
def test_every_kind_has_words_for_known_values_and_for_others(subcategory: Subcategory) -> None:
    for phrases in list_phrases(subcategory):
        for text in re.findall(r"\{(.*?)\}", str(phrases.model_dump())):
            if ":" not in text:
                assert text in SLOTS
        assert all("{be}" in text or "{are}" in text for text in phrases.state)


def test_what_is_said_of_values_speaks_of_values_that_are_proposed() -> None:
    book = read_phrasebook()
    for subcategory in SIMPLE:
        special: dict[str, Any] = dict(book.phrases[subcategory].get("values", {}))
        known = set(book.values.get(subcategory, ()))
        assert special.keys() <= known
        assert set(book.shown.get(subcategory, {})) <= known
        for values in book.fits.values():
            assert set(values.get(subcategory, ())) <= known


def test_every_value_of_the_taxonomy_is_there_but_for_those_that_need_none() -> None:
    assert set(read_phrasebook().values) == set(SIMPLE) - {"remove", "replace"}


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("person", "person"),
        ("Woman", "person"),
        ("dog", "animal"),
        ("puppy", "animal"),
        ("teddy bear", "thing"),
    ],
)
def test_a_label_is_known_by_its_name_or_a_synonym(label: str, kind: str) -> None:
    assert read_phrasebook().find_kind(label) == kind
