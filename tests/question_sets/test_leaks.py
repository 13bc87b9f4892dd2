"""A give-away in the words is noticed, and a clean task is not accused."""

import random
from collections.abc import Callable, Sequence

import pytest

from irloom.question_sets.guesses import guess_each
from irloom.question_sets.leaks import find_leak
from irloom.question_sets.record import AnswerKind, Question

Make = Callable[..., Question]
ANIMALS = ("fox", "cat", "dog", "owl", "cow", "hen", "bee", "ant")


def check(questions: Sequence[Question]) -> tuple[str, float | None]:
    train = [one for one in questions if one.part == "train"]
    test = [one for one in questions if one.part == "test"]
    leak = find_leak(train, test, guess_each(train, test))
    return leak.verdict, leak.gain


def make_choices(question: Make, count: int, planted: bool) -> list[Question]:
    drawn = random.Random(1)
    made = []
    for number in range(count):
        texts, right = drawn.sample(ANIMALS, 4), drawn.choice("ABCD")
        number_of = {letter: drawn.randint(100, 999) for letter in "ABCD"}
        sure = {letter: "clear" if planted and letter == right else "faint" for letter in "ABCD"}
        options = {
            letter: f"{sure[letter]} {text} {number_of[letter]}"
            for letter, text in zip("ABCD", texts, strict=True)
        }
        part = "test" if number % 3 == 0 else "train"
        made.append(question(number, kind="choice", options=options, answer=right, part=part))
    return made


def make_words(question: Make, kind: AnswerKind, answers: Sequence[str], planted: bool) -> list[Question]:
    drawn = random.Random(2)
    made = []
    for number in range(360):
        place = drawn.randrange(len(answers))
        word = ANIMALS[place if planted else drawn.randrange(len(answers))]
        part = "test" if number % 3 == 0 else "train"
        made.append(
            question(
                number,
                kind=kind,
                answer=answers[place],
                part=part,
                within=1.0 if kind == "temperature" else 0,
                question=f"What of the {word}?",
            )
        )
    return made


def test_a_planted_word_in_the_right_option_is_noticed(question: Make) -> None:
    verdict, gain = check(make_choices(question, 360, planted=True))
    assert verdict == "leaks"
    assert (gain or 0) > 0.5


def test_options_that_tell_nothing_are_not_accused(question: Make) -> None:
    assert check(make_choices(question, 360, planted=False))[0] == "clean"


@pytest.mark.parametrize(
    ("kind", "answers"),
    [("yes_no", ("yes", "no")), ("number", ("1", "2", "5", "9")), ("temperature", ("10", "20", "30", "60"))],
)
def test_words_of_the_question_that_tell_the_answer_are_noticed(
    question: Make, kind: AnswerKind, answers: Sequence[str]
) -> None:
    assert check(make_words(question, kind, answers, planted=True))[0] == "leaks"
    assert check(make_words(question, kind, answers, planted=False))[0] == "clean"


def test_under_a_hundred_test_questions_are_too_few_to_tell(question: Make) -> None:
    verdict, gain = check(make_choices(question, 297, planted=True))
    assert (verdict, gain) == ("too few to tell", None)


def test_the_interval_is_over_groups_so_that_one_film_proves_nothing(question: Make) -> None:
    made = make_choices(question, 360, planted=True)
    one = [each.model_copy(update={"group": "film"}) if each.part == "test" else each for each in made]
    train, test = [q for q in one if q.part == "train"], [q for q in one if q.part == "test"]
    assert find_leak(train, test, guess_each(train, test)).verdict == "too few to tell"


@pytest.mark.parametrize("kind", ["temperature", "difference"])
def test_words_that_each_stand_for_one_temperature_are_noticed(question: Make, kind: AnswerKind) -> None:
    drawn = random.Random(3)
    warm = [f"{drawn.uniform(1, 80):.1f}" for _ in range(40)]
    made = []
    for number in range(360):
        place = drawn.randrange(len(warm))
        more = {"question": f"How warm is thing{place}?", "part": "test" if number % 3 == 0 else "train"}
        made.append(question(number, kind=kind, answer=warm[place], within=1.0, **more))
    assert check(made)[0] == "leaks"


def test_under_twenty_questions_to_learn_from_are_too_few_to_tell(question: Make) -> None:
    made = make_choices(question, 360, planted=True)
    train, test = [q for q in made if q.part == "train"][:19], [q for q in made if q.part == "test"]
    assert find_leak(train, test, guess_each(train, test)).verdict == "too few to tell"
