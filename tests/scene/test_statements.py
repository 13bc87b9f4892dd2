"""Questions and answers are taken for what they claim: not for what they deny or leave open."""

import pytest

from irloom.scene.statements import (
    Exchange,
    is_closed,
    leaves_open,
    list_claims,
    read_exchanges,
    split_sentences,
)


def exchange(question: str, answer: str) -> str:
    return f"Question: {question}\nAnswer: {answer}"


def test_questions_and_answers_are_read_out_of_their_text() -> None:
    text = "Question: A?\nAnswer: B.\n\nC.\n===\nQuestion: D?\nAnswer: E."
    assert read_exchanges(text) == [Exchange("A?", "B.\n\nC."), Exchange("D?", "E.")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A dog lies.", [Exchange("", "A dog lies.")]),
        ("", [Exchange("", "")]),
        ("Answer: A dog.", [Exchange("", "A dog.")]),
        ("Question: A dog?", [Exchange("A dog?", "")]),
        ("He asks the Question: who?", [Exchange("", "He asks the Question: who?")]),
    ],
)
def test_a_text_without_both_is_what_there_is(text: str, expected: list[Exchange]) -> None:
    assert read_exchanges(text) == expected


def test_sentences_end_at_full_stops_and_lines() -> None:
    assert split_sentences('One dog. "Two dogs." Three\nFour? Five!') == [
        *("One dog.", '"Two dogs.', "Three", "Four?", "Five!")
    ]


@pytest.mark.parametrize("question", ["Is it there?", "And are they?", "Can you see a dog?", "Isn't it?"])
def test_a_question_for_yes_or_no_is_closed(question: str) -> None:
    assert is_closed(question)


@pytest.mark.parametrize("question", ["What is it?", "How many are there?", "Where is the dog?", "Island?"])
def test_any_other_question_is_open(question: str) -> None:
    assert not is_closed(question)


@pytest.mark.parametrize(
    "sentence",
    [
        "That cannot be told from a thermal image.",
        "The colour can't be seen.",
        "It is not possible to say.",
        "It is impossible to tell which of them is red.",
        "A thermal camera does not show colour.",
        "The writing is not visible here.",
        "There is no way to know.",
        "The make is unknown.",
        "Nobody can tell.",
        "There is no telling from a thermal image.",
        "This is beyond a thermal camera.",
        "An infrared picture gives no answer to this.",
        "The image shows only heat.",
        "A thermal image carries no colour.",
    ],
)
def test_a_sentence_that_says_that_nobody_can_tell_leaves_it_open(sentence: str) -> None:
    assert leaves_open(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["A dog lies there.", "The dog cannot jump.", "It is visible on the left.", "No dog is there."],
)
def test_any_other_sentence_leaves_nothing_open(sentence: str) -> None:
    assert not leaves_open(sentence)


@pytest.mark.parametrize(
    ("question", "answer", "claims"),
    [
        ("What is the dog doing?", "It sleeps.", ["What is the dog doing?", "It sleeps."]),
        ("Is there a dog?", "Yes, one.", ["Is there a dog?", "Yes, one."]),
        ("Is there a dog?", "No, there is a cat.", ["there is a cat."]),
        ("Are there two dogs?", "There is one dog.", ["There is one dog."]),
        ("Is there a dog?", "No.", []),
        ("What is the dog doing?", "No dog is there. A cat sleeps.", ["A cat sleeps."]),
        ("What colour is the dog?", "That cannot be told.", []),
        ("What is there?", "A dog, but no cat.", []),
        ("How would two dogs share it?", "They take turns. A dog can wait.", ["They take turns."]),
        ("What is there?", "Two dogs can be seen.", ["What is there?", "Two dogs can be seen."]),
    ],
)
def test_what_is_denied_or_left_open_is_not_claimed(question: str, answer: str, claims: list[str]) -> None:
    assert list_claims(exchange(question, answer)) == claims
