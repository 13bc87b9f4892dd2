"""How a detector's score is read."""

import pytest

from irloom.agents.detecting import PICTURES, SCORE_PROMPTS, WORDS_PROMPT, read_score
from irloom.agents.detector.scoring import read_number
from irloom.prompts import Prompts
from irloom.protocols import ReplyText


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        ("87", 87.0),
        ("Score: 12.5 out of 100", 12.5),
        ("95/100", 95.0),
        ("140", 100.0),
        ("-3", 0.0),
        ("<think>maybe 20</think> 70", 70.0),
        ("I cannot tell.", None),
        ("", None),
    ],
)
def test_the_first_number_is_the_score(reply: str, score: float | None) -> None:
    assert read_score(reply) == score


SCALES = [
    ("On a scale of 0 to 100, I would say 85.", 85.0),
    ("0-100: 85", 85.0),
    ("Confidence (0-100): 90", 90.0),
    ("Confidence (0–100%): 90", 90.0),
    ("From 0 to 100\nmy answer is 12.5", 12.5),
    ("Between 1 and 100 (0 - 100?): 7", 7.0),
    ("在0到100之间: 60", 60.0),
    ("85 on a scale of 0 to 100", 85.0),
    ("0-100", 0.0),
    ("0 - 100% certain that it is wrong", 0.0),
    ("0/100, of 2 dogs", 0.0),
    ("0 to 1000: 85", 0.0),
]


@pytest.mark.parametrize(("reply", "score"), SCALES)
def test_a_scale_is_no_score_where_a_number_follows(reply: str, score: float) -> None:
    assert read_score(reply) == score
    assert read_number(ReplyText(text=reply)) == score, "--verify reads alike"


@pytest.mark.parametrize("name", [*SCORE_PROMPTS.values(), WORDS_PROMPT])
def test_every_prompt_shows_the_sentence_and_says_what_kind_of_picture_it_is(name: str) -> None:
    prompt = Prompts.load(None, {}, None).render(name, sentence="A dog sits.", picture=PICTURES["infrared"])
    assert "A dog sits." in prompt.user
    assert "infrared" in prompt.system
