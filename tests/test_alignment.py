"""The record of a sentence with its label, and where its wrong words stand."""

import pytest
from pydantic import ValidationError

from irloom.alignment import LabelledSentence, find_spans


@pytest.mark.parametrize(
    ("words", "found", "missing"),
    [
        (["red", "dog"], ["red", "dog"], []),
        (["Two"], ["two"], []),
        (["dog", "red"], ["red", "dog"], []),
        (["ed"], [], ["ed"]),
        (["the dog", "cat"], ["the dog"], ["cat"]),
        ([""], [], [""]),
    ],
)
def test_words_are_found_as_words_whatever_their_case_and_order(
    words: list[str], found: list[str], missing: list[str]
) -> None:
    text = "a red car and the dog between two cars"
    spans, absent = find_spans(text, words)
    assert [text[start:end] for start, end in spans] == found
    assert absent == missing


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("The man doesn’t sit.", "doesn't", "doesn’t"),
        ("The man doesn't sit.", "doesn’t", "doesn't"),
        ("A sign says “STOP” in red.", '"STOP"', "“STOP”"),
        ("A sign says «STOP» in red.", "“STOP”", "«STOP»"),
        ("A red  car waits.", "red car", "red  car"),
        ("A red\u00a0car waits.", "red  car", "red\u00a0car"),
    ],
)
def test_words_are_found_whatever_quotation_marks_and_blanks_they_have(
    text: str, words: str, found: str
) -> None:
    ((start, end),), missing = find_spans(text, [words])
    assert (text[start:end], missing) == (found, [])


def test_a_word_that_is_named_twice_is_found_at_both_of_its_places() -> None:
    assert find_spans("a cat and a cat", ["cat", "cat"]) == ([(2, 5), (12, 15)], [])


def test_words_of_a_language_without_spaces_are_found() -> None:
    assert find_spans("图中有一只猫", ["猫"]) == ([(5, 6)], [])


def test_wrong_words_outside_the_sentence_are_refused() -> None:
    with pytest.raises(ValidationError, match="not inside the sentence"):
        LabelledSentence(id="1", group="g", image="a.jpg", text="A cat.", label="incorrect", spans=((2, 9),))
