"""Conditions are read from an address and written into one."""

import sqlite3

import pytest

from irloom.web.filters import Filter


def test_a_filter_is_the_same_after_it_went_through_an_address() -> None:
    wanted = Filter({"outcome": "rejected", "rule": "Delete & more?"}, 'brown "wooden bench"', "marked")
    assert Filter.parse(wanted.query()) == wanted


def test_what_is_no_condition_is_left_out_of_an_address() -> None:
    assert Filter.read({"outcome": "", "colour": "red", "mark": "1", "q": " "}) == Filter()
    assert Filter().query() == ""


def test_changing_a_condition_leaves_the_others() -> None:
    wanted = Filter({"outcome": "failed"}, "dog")
    assert wanted.query(outcome=None) == "?q=dog"
    assert wanted.query(task="reasoning failed") == "?outcome=failed&q=dog&task=reasoning+failed"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("brown dog", '"brown" "dog"'),
        ('"brown dog" sits', '"brown dog" "sits"'),
        ("ten*", '"ten"*'),
        ("dog OR cat", '"dog" "OR" "cat"'),
        ("caption:dog", '"caption:dog"'),
        ('a"b', '"a" "b"'),
        ("-- ()", None),
    ],
)
def test_words_of_a_search_are_never_taken_for_its_syntax(text: str, match: str | None) -> None:
    assert Filter(text=text).match == match


@pytest.mark.parametrize(
    "text", ['"', '""', "*", "^dog", "NEAR(a b)", "a NOT", '"dog', "dog*cat*", "{a}:b", "'; DROP"]
)
def test_no_search_is_refused_by_the_index(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    match = Filter(text=text).match
    if match is not None:
        assert connection.execute("SELECT * FROM words WHERE words MATCH ?", (match,)).fetchall() == []
    connection.close()
