"""How a detector's score is read."""

import pytest

from irloom.agents.detecting import PICTURES, SCORE_PROMPTS, WORDS_PROMPT, read_score
from irloom.prompts import Prompts


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


@pytest.mark.parametrize("name", [*SCORE_PROMPTS.values(), WORDS_PROMPT])
def test_every_prompt_shows_the_sentence_and_says_what_kind_of_picture_it_is(name: str) -> None:
    prompt = Prompts.load(None, {}, None).render(name, sentence="A dog sits.", picture=PICTURES["infrared"])
    assert "A dog sits." in prompt.user
    assert "infrared" in prompt.system
