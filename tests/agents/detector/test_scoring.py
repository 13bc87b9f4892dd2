"""A score is a number that was read, or a failure: never a guess."""

import math

import pytest

from irloom.agents.detector.doubts import find_doubted, tell_doubts
from irloom.agents.detector.scoring import read_number, read_probability
from irloom.errors import ModelReplyError
from irloom.protocols import FinishReason, ReplyText
from irloom.records import SentenceScore


@pytest.mark.parametrize(
    ("text", "score"),
    [("87", 87.0), ("Score: 12.5", 12.5), ("<think>Is it 3?</think>90", 90.0), ("250", 100.0), ("-3", 0.0)],
)
def test_the_first_number_of_a_reply_is_its_score(text: str, score: float) -> None:
    assert read_number(ReplyText(text=text)) == score


@pytest.mark.parametrize(
    ("text", "finish", "said"),
    [
        ("I like it.", "stop", "no number from 0 to 100"),
        ("", "stop", "the reply is empty"),
        ("Let me see", "length", "cut"),
        ("", "content_filter", "content filter"),
    ],
)
def test_a_reply_without_a_number_is_an_error_that_says_what_it_was(
    text: str, finish: FinishReason, said: str
) -> None:
    with pytest.raises(ModelReplyError, match=said):
        read_number(ReplyText(text=text, finish_reason=finish))


def test_the_probability_of_yes_is_a_score_out_of_a_hundred() -> None:
    tokens = (("Yes", math.log(0.6)), (" no", math.log(0.2)))
    assert read_probability(ReplyText(text="Yes", first_tokens=tokens)) == pytest.approx(75)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            ReplyText(text="The dog", first_tokens=(("The", -0.1), ("Yes", -8.0))),
            "neither yes nor no: 'The dog'",
        ),
        (ReplyText(text="", finish_reason="content_filter"), "content filter"),
    ],
)
def test_a_reply_that_is_neither_yes_nor_no_is_an_error(reply: ReplyText, said: str) -> None:
    with pytest.raises(ModelReplyError, match=said):
        read_probability(reply)


def test_a_score_that_just_reaches_the_threshold_is_kept_and_one_that_was_not_asked_for_is_no_doubt() -> None:
    scores = [SentenceScore(sentence=str(score), score=score) for score in (59.999, 60.0, 60.001, None)]
    assert [one.score for one in find_doubted(scores, 60)] == [59.999]
    assert find_doubted(scores, 0) == []


def test_a_doubt_names_the_sentence_its_score_and_the_threshold() -> None:
    doubted = [SentenceScore(sentence="Two dogs run.", score=12.3456)]
    assert tell_doubts(doubted, 60) == (
        "The picture does not bear out “Two dogs run.” (score 12.35, below 60)."
    )
