"""Sentences of what people and models write about images."""

import pytest

from irloom.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A dog runs left. Two cars wait.", ["A dog runs left.", "Two cars wait."]),
        ("Mr. Smith holds a 3.5 oz. can. It is red.", ["Mr. Smith holds a 3.5 oz. can.", "It is red."]),
        ("1. A red car. 2. A blue bus.", ["A red car.", "A blue bus."]),
        ("- A red car\n- A dog on the grass.", ["A red car", "A dog on the grass."]),
        ("图中有一只猫。它在桌子上。", ["图中有一只猫。", "它在桌子上。"]),
        ('A sign reads "Closed on Mon." in red.', ['A sign reads "Closed on Mon." in red.']),
        (
            "The clock shows 3 p.m. on the wall. A man walks by.",
            ["The clock shows 3 p.m. on the wall.", "A man walks by."],
        ),
        (
            "St. Mary's church stands at the back. Its tower has a clock.",
            ["St. Mary's church stands at the back.", "Its tower has a clock."],
        ),
        (
            "The U.S. flag hangs at the left. A crowd stands below it.",
            ["The U.S. flag hangs at the left.", "A crowd stands below it."],
        ),
        (
            "In the background... a boat can be seen. The sea is calm.",
            ["In the background... a boat can be seen.", "The sea is calm."],
        ),
        ("", []),
        (" \n- \n", []),
    ],
)
def test_a_text_is_split_where_its_sentences_end(text: str, expected: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(text)] == expected


def test_a_sentence_says_where_it_stands() -> None:
    text = "  Café au lait — 3 °C.\n\n2) The cup stands on the left!  "
    for sentence in split_sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
