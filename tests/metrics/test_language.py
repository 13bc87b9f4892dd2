"""The language of training data is measured by what it asks, denies, counts and repeats."""

import pytest

from irloom.lexicon import Lexicon
from irloom.metrics.language import Language


def talk(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"role": role, "content": text}
        for question, answer in pairs
        for role, text in (("user", f"<image>\n{question}"), ("assistant", answer))
    ]


def measure(*pairs: tuple[str, str], **more: object) -> Language:
    found = Language(**more)  # type: ignore[arg-type]
    found.take(talk(*pairs))
    return found


def test_answers_are_sorted_into_denials_confirmations_and_what_cannot_be_told() -> None:
    found = measure(
        ("Is there a dog?", "No, there is none."),
        ("Who is there?", "There is nobody on the road."),
        ("Is it a car?", "Yes, a car."),
        ("What colour is it?", "That cannot be told from a thermal image."),
        ("Where is it?", "On the left, near another one."),
    )
    assert (found.share("no"), found.share("yes"), found.share("untold")) == (0.4, 0.2, 0.2)


def test_questions_about_heat_are_counted_and_the_word_thermal_alone_is_none() -> None:
    found = measure(
        ("Which object is warmer than the bench?", "The dog."),
        ("What appears brightest?", "The dog."),
        ("What does this thermal image show?", "A dog."),
        ("How many hot dogs are there?", "Two."),
    )
    assert found.kinds["heat"] == 3, "hot dogs are mistaken for heat"


def test_counts_of_one_are_told_from_other_counts() -> None:
    found = measure(("How many dogs are there?", "There is one dog."), ("How many cats?", "Three cats."))
    assert (found.kinds["counts"], found.kinds["ones"]) == (2, 1)


def test_questions_that_differ_in_case_alone_are_one() -> None:
    found = measure(("Where is it?", "Left."), ("where is  it?", "Right."), ("What is it?", "A dog."))
    assert len(found.questions) == 2


def test_distinct_n_grams_are_different_ones_over_all() -> None:
    found = measure(("?", "a dog and a dog"))
    assert found.distinct(1) == pytest.approx(3 / 5)
    assert found.distinct(2) == pytest.approx(3 / 4)
    assert found.distinct(3) == pytest.approx(1.0)


def test_a_template_is_a_sentence_without_names_and_numbers() -> None:
    found = measure(
        ("?", "There are two dogs on the left."),
        ("?", "There are five people on the left. They walk."),
        labels=frozenset({"dog", "person"}),
    )
    (text, share), *_ = found.commonest_templates(3)
    assert text == "there are X on the left."
    assert share == 1.0


def test_classes_and_words_that_infrared_cannot_show_are_counted_by_answer() -> None:
    found = measure(
        ("?", "A dog beside a dog and a person."),
        ("?", "A red car."),
        labels=frozenset({"dog", "person"}),
        lexicon=Lexicon.load(None),
    )
    assert found.classes == {"dog": 1, "person": 1}
    assert found.hidden == {"colour": 1}


def test_lengths_are_words_at_a_quantile() -> None:
    found = measure(*(("?", " ".join(["word"] * count)) for count in range(1, 101)))
    assert found.length_at(0.5) in {50, 51}
    assert found.length_at(0.9) in {90, 91}
    assert Language().length_at(0.5) == 0
    assert measure(("?", "one two")).length_at(0.9) == 2
