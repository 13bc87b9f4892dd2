"""One of five words is a rating, and so is the mean of all five by how likely they are."""

import math

import pytest

from irloom.pipelines.evaluate.quality.reading import read_rating, weigh_words
from irloom.pipelines.evaluate.records import Heard, Posed

ASK = Posed(
    name="rating", variant="rating", language="en", prompt="evaluate/quality/rate", fields={},
    sights=("infrared",), options={}, right="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("excellent", "5"),
        ("Good.", "4"),
        ("The quality is fair", "3"),
        ("<think>good or bad?</think>\npoor", "2"),
        ("**Bad**", "1"),
        ("good to excellent", None),
        ("not bad", None),
        ("It is unfair to say.", None),
        ("", None),
    ],
)
def test_the_only_word_of_a_reply_is_its_rating(text: str, rating: str | None) -> None:
    assert read_rating(Heard(text=text), ASK) == rating


def test_likely_words_are_weighed_by_their_chances() -> None:
    tokens = (
        ("good", math.log(0.5)),
        (" Fair", math.log(0.25)),
        ("exc", math.log(0.05)),
        ("The", math.log(0.2)),
    )
    assert weigh_words(tokens) == pytest.approx((4 * 0.5 + 3 * 0.25 + 5 * 0.05) / 0.8)
    asked = ASK.model_copy(update={"top_logprobs": 20})
    assert read_rating(Heard(text="good", first_tokens=tokens), asked) == "3.75"


def test_where_no_word_is_likely_there_is_no_rating() -> None:
    asked = ASK.model_copy(update={"top_logprobs": 20})
    assert read_rating(Heard(text="good", first_tokens=(("The", -0.01), ("good", -9.0))), asked) is None
