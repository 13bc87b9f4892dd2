"""Answers about a picture, read into scores."""

import math

import pytest

from irloom.agents.caption.vqa import read_number, read_yes
from irloom.errors import ModelReplyError
from irloom.protocols import FinishReason, ReplyText


def reply(*chances: tuple[str, float], text: str = "Yes", finish: FinishReason = "stop") -> ReplyText:
    tokens = tuple((token, math.log(chance)) for token, chance in chances)
    return ReplyText(text=text, finish_reason=finish, first_tokens=tokens)


def test_yes_is_weighed_against_no_alone() -> None:
    assert read_yes(reply(("Yes", 0.3), ("The", 0.6), ("No", 0.1))) == pytest.approx(0.75)


@pytest.mark.parametrize("spelt", ["yes", " Yes", "YES", "▁Yes", "Ġyes", "\nYes", "**Yes", '"Yes'])
def test_case_quotes_and_the_mark_of_a_space_are_folded(spelt: str) -> None:
    assert read_yes(reply(("No", 0.2), (spelt, 0.2))) == pytest.approx(0.5)


def test_spellings_of_one_word_add_up() -> None:
    chances = ("yes", 0.2), ("Yes", 0.2), (" yes", 0.2), ("No", 0.1), ("no", 0.1)
    assert read_yes(reply(*chances)) == pytest.approx(0.75)


def test_words_that_only_begin_alike_do_not_count() -> None:
    assert read_yes(reply(("Yes", 0.1), ("Yesterday", 0.5), ("None", 0.3), ("No", 0.1))) == pytest.approx(0.5)


def test_one_word_alone_is_certain() -> None:
    assert read_yes(reply(("yes", 0.9), ("The", 0.1))) == 1.0
    assert read_yes(reply(("no", 0.9), ("The", 0.1))) == 0.0


def test_the_chance_counts_whatever_was_said_in_the_end_and_however_long() -> None:
    said = reply(("Yes", 0.4), ("No", 0.1), text="No, because", finish="length")
    assert read_yes(said) == pytest.approx(0.8)


def test_a_model_that_answers_neither_is_an_error_that_says_what_it_would_say() -> None:
    with pytest.raises(ModelReplyError, match="neither yes nor no; it would rather begin with 'The', 'A'"):
        read_yes(reply(("The", 0.7), ("A", 0.2), ("Yes", 0.004), ("No", 0.004), text="The dog"))


@pytest.mark.parametrize(
    ("finish", "text", "said"),
    [
        ("content_filter", "Yes", "content filter"),
        ("refusal", "I cannot look at that", "refused"),
        ("stop", "", "empty"),
        ("length", "", "cut at the token limit"),
    ],
)
def test_what_is_no_answer_is_no_score(finish: FinishReason, text: str, said: str) -> None:
    with pytest.raises(ModelReplyError, match=said):
        read_yes(ReplyText(text=text, finish_reason=finish))


@pytest.mark.parametrize(
    ("text", "score"),
    [
        *(("85", 0.85), ("0", 0.0), ("100", 1.0), ("85.", 0.85), ("85.5", 0.855), ("**70**", 0.7)),
        *(("85/100", 0.85), ("85 / 100", 0.85), ("85%", 0.85), ("Score: 40 out of 100", 0.4)),
        *(('{"score": 12}', 0.12), ("100/100", 1.0), ("On a scale from 0 to 100: 33", 0.33)),
    ],
)
def test_a_number_is_read_however_it_is_dressed(text: str, score: float) -> None:
    assert read_number(ReplyText(text=text)) == pytest.approx(score)


@pytest.mark.parametrize("text", ["", "high", "101", "-5", "2 dogs, so 90", "8 or 9", "v2x"])
def test_anything_but_one_number_from_0_to_100_is_an_error(text: str) -> None:
    with pytest.raises(ModelReplyError):
        read_number(ReplyText(text=text))
