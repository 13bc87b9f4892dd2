"""What guessing scores, computed by hand."""

from collections.abc import Callable

import pytest

from irloom.question_sets.guesses import guess_each, sum_up
from irloom.question_sets.record import Question

Make = Callable[..., Question]


def choose(question: Make, number: int, texts: str, answer: str) -> Question:
    options = dict(zip("ABCD", texts.split(), strict=False))
    return question(number, kind="choice", options=options, answer=answer)


def test_choices_are_guessed_by_letter_length_and_class(question: Make) -> None:
    learned = [
        choose(question, 1, "car fox", "B"),
        choose(question, 2, "fox car", "A"),
        choose(question, 3, "cat car", "B"),
    ]
    asked = [choose(question, 4, "fox cab", "A"), choose(question, 5, "person fox", "A")]
    guessed = guess_each(learned * 7, asked)
    shares = {name: [one.right for one in some] for name, some in guessed.items()}
    assert shares == {
        "chance": [0.5, 0.5],
        "majority letter": [0, 0],  # B was right twice of three times
        "longest option": [0.5, 1],  # "fox" is as long as "cab"
        "prior over classes": [1, 0],  # "fox" was right each time that it stood there
    }


def test_temperatures_are_guessed_at_37_degrees_and_at_the_middle_of_the_scale(question: Make) -> None:
    def ask(number: int, answer: str) -> Question:
        return question(number, kind="temperature", answer=answer, within=1.0, truth={"scale": [20, 40]})

    guessed = guess_each([ask(1, "30"), ask(2, "36"), ask(3, "36")] * 7, [ask(4, "36.5"), ask(5, "22")])
    scores = {name: sum_up(some) for name, some in guessed.items()}
    assert scores["37 °C"].accuracy == 0.5
    assert scores["37 °C"].mae == pytest.approx((0.5 + 15) / 2)
    assert scores["middle of the scale"].mae == pytest.approx((6.5 + 8) / 2)
    assert scores["median"].mae == scores["majority"].mae == pytest.approx((0.5 + 14) / 2)


def test_counts_are_guessed_at_the_commonest_number_and_at_eleven(question: Make) -> None:
    def ask(number: int, answer: str) -> Question:
        return question(number, kind="number", answer=answer)

    guessed = guess_each([ask(1, "2"), ask(2, "2"), ask(3, "11")] * 7, [ask(4, "11"), ask(5, "3")])
    assert [one.right for one in guessed["always 11"]] == [1, 0]
    assert [one.error for one in guessed["majority"]] == [9, 1]
    assert "37 °C" not in guessed


@pytest.mark.parametrize("learned", [0, 19])
def test_without_enough_to_learn_from_the_asked_questions_are_the_prior_and_the_name_says_so(
    question: Make, learned: int
) -> None:
    asked = [question(1), question(2), question(3, answer="no")]
    guessed = guess_each([question(9, answer="no")] * learned, asked)
    assert guessed.keys() == {"chance", "majority (of the asked)"}
    assert sum_up(guessed["majority (of the asked)"]).accuracy == pytest.approx(2 / 3, abs=1e-6)


def test_twenty_questions_are_enough_to_learn_from(question: Make) -> None:
    asked = [question(1), question(2), question(3, answer="no")]
    guessed = guess_each([question(9, answer="no")] * 20, asked)
    assert sum_up(guessed["majority"]).accuracy == pytest.approx(1 / 3, abs=1e-6)
