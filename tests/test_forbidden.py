"""Words that infrared cannot show are objected to, unless they are asked for and left open."""

import pytest

from irloom.forbidden import find_forbidden, object_to_words
from irloom.lexicon import Lexicon

LEXICON = Lexicon.load(None)


def exchange(question: str, answer: str) -> str:
    return f"Question: {question}\nAnswer: {answer}"


def words(text: str, *heat: str) -> list[str]:
    return [hit.word for hit in find_forbidden(text, LEXICON, heat=heat)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What colour is the car?", "That cannot be told from a thermal image."),
        (
            "What colour is the car?",
            "The colour of the car cannot be told: a thermal image carries no colour.",
        ),
        ("Is the car red or blue?", "It is not possible to tell, since a thermal image shows heat."),
        ("Which colour has the car, red or blue?", "That cannot be told."),
        ("What is written on the sign?", "The writing on the sign is not visible in an infrared image."),
        ("What is the bench made of, wood or metal?", "The material cannot be determined from heat alone."),
        ("Is the room bright or dark?", "A thermal image does not show how bright the room is."),
        ("Is the car red?", "Whether it is red cannot be told."),
    ],
)
def test_a_question_whose_answer_leaves_it_open_may_name_the_property(question: str, answer: str) -> None:
    assert words(exchange(question, answer)) == []


@pytest.mark.parametrize(
    ("question", "answer", "found"),
    [
        ("What is the red car doing?", "That cannot be told.", ["red"]),
        ("What colour is the red car?", "That cannot be told.", ["red"]),
        ("What colour is the car?", "It is red, but its make cannot be told.", ["red"]),
        ("What colour is the car?", "It is blue.", ["colour", "blue"]),
        ("Is the car red?", "Yes. The driver cannot be seen.", ["red"]),
        ("What is it?", "A wooden bench. Its colour cannot be told.", ["wooden"]),
    ],
)
def test_a_property_that_is_taken_for_granted_or_told_is_found(
    question: str, answer: str, found: list[str]
) -> None:
    assert words(exchange(question, answer)) == found


def test_bright_and_dark_may_be_said_where_the_sentences_about_heat_say_so() -> None:
    text = exchange("What stands out?", "The dog is bright against a dark wall.")
    assert words(text) == ["bright", "dark"]
    assert words(text, "The dog looks bright against its surroundings.") == ["dark"]


def test_an_objection_has_the_first_category_and_its_words() -> None:
    verdict = object_to_words("A red and blue wooden bench.", LEXICON)
    assert verdict is not None
    assert (verdict.verdict, verdict.category) == ("reject", "colour")
    assert verdict.reason == "Colour information is not visible in the infrared image: 'red', 'blue'."
    assert object_to_words("A red bench.", LEXICON, {"material"}) is None


def test_a_thing_that_has_the_name_of_a_colour_may_be_named() -> None:
    text = "The orange lies beside two oranges and a red apple."
    assert [hit.word for hit in find_forbidden(text, LEXICON, things={"orange"})] == ["red"]
    assert "orange" in words("The cat is orange.")
