"""Sentences of what people and models write about images."""

import pytest

from irloom.sentences import list_sentences, split_sentences


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A man stands on\nthe beach and holds a\nsurfboard. The sea is blue.",
            ["A man stands on the beach and holds a surfboard.", "The sea is blue."],
        ),
        ("A red car\n\nand a dog", ["A red car", "and a dog"]),
        ("- A red car\n- a dog on\n  the grass\n* two cats", ["A red car", "a dog on the grass", "two cats"]),
        ("## Overview\nA man walks.\n### Details\nhe wears a hat.", ["A man walks.", "he wears a hat."]),
        ("**A man** walks, *slowly*, by __the__ _sea_.", ["A man walks, slowly, by the sea."]),
        ("***Left:*** a **red\ncar**.", ["Left: a red car."]),
        ("这是一只**红色**的狗。", ["这是一只红色的狗。"]),
        ("The tag a_b_c is 2 * 3 * 4 or 2*3*4, item #5.", ["The tag a_b_c is 2 * 3 * 4 or 2*3*4, item #5."]),
        ("# Overview", []),
        ("***", []),
    ],
)
def test_a_description_is_split_without_what_a_model_set_it_in(text: str, expected: list[str]) -> None:
    assert list(list_sentences(text)) == expected
