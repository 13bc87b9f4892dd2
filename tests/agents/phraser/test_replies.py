"""Queries, as models write them."""

import pytest

from irloom.agents.phraser.nodes import choose_form
from irloom.agents.phraser.replies import MOST_CHARACTERS, read_query
from irloom.edits import FORMS
from irloom.errors import ModelReplyError
from irloom.protocols import ReplyText


@pytest.mark.parametrize(
    ("reply", "query"),
    [
        ("Make the car blue.", "Make the car blue."),
        ('"Make the car blue."', "Make the car blue."),
        ("“The same car in blue”", "The same car in blue"),
        ("\nQuery: Make the car blue.\n", "Make the car blue."),
        ('{"query": "Make the car blue."}', "Make the car blue."),
        ('The "blue" car', 'The "blue" car'),
    ],
)
def test_a_query_is_one_sentence_without_its_wrapping(reply: str, query: str) -> None:
    assert read_query(ReplyText(text=reply)) == query


@pytest.mark.parametrize(
    "reply", ["Sure!\nMake the car blue.", "…", '{"text": "x"}', "a" * (MOST_CHARACTERS + 1)]
)
def test_what_is_not_one_sentence_is_an_error(reply: str) -> None:
    with pytest.raises(ModelReplyError, match="one sentence was asked for"):
        read_query(ReplyText(text=reply))


def test_the_form_follows_from_the_edit_and_all_forms_come_up_about_as_often() -> None:
    chosen = [choose_form(FORMS, f"0/{number}/1") for number in range(400)]
    assert chosen == [choose_form(FORMS, f"0/{number}/1") for number in range(400)]
    assert min(chosen.count(form) for form in FORMS) > 60
