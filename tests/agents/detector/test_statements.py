"""What of a text is held against the picture: statements, not questions, nothing that no picture shows."""

import pytest

from irloom.agents.detecting import Spectrum
from irloom.agents.detector.statements import Statement, list_statements, split_caption
from irloom.records import Instruction, Turn


def state(answer: str, on: Spectrum = "visible", question: str = "What is there?") -> list[Statement]:
    turn = Turn(question=question, answer=answer)
    return list_statements(Instruction(task="reasoning", turns=(turn,)), on)


def test_a_caption_is_split_into_its_sentences_and_one_without_words_is_taken_as_it_is() -> None:
    assert split_caption("A dog lies on a bench. Two people walk by.") == [
        "A dog lies on a bench.",
        "Two people walk by.",
    ]
    assert split_caption("a dog on a bench") == ["a dog on a bench"]
    assert split_caption("…") == ["…"]


def test_marks_that_rows_are_kept_without_are_not_asked_about() -> None:
    assert split_caption("A dog <image> lies there.") == ["A dog lies there."]


def test_answers_are_listed_turn_by_turn_and_questions_are_not() -> None:
    turns = (
        Turn(question="What lies there?", answer="A dog lies there. It is next to a bench."),
        Turn(question="What stands there?", answer="A bench stands on the right."),
    )
    found = list_statements(Instruction(task="conversation", turns=turns), "visible")
    assert found == [
        Statement("A dog lies there.", True),
        Statement("It is next to a bench.", True),
        Statement("A bench stands on the right.", True),
    ]


@pytest.mark.parametrize("answer", ["Yes.", "No.", "Two dogs.", "Beside the bench."])
def test_an_answer_of_a_few_words_is_asked_about_behind_its_question(answer: str) -> None:
    assert state(answer, question="Is it a dog?") == [Statement(f"Is it a dog? {answer}", True)]


@pytest.mark.parametrize(
    "answer",
    [
        "It cannot be told from this picture which breed it is.",
        "The picture does not show what the sign says.",
        "A driver should slow down near the crossing.",
        "A dog would usually bark at a stranger.",
    ],
)
def test_what_no_picture_can_bear_out_is_listed_and_not_asked_about(answer: str) -> None:
    assert state(answer) == [Statement(answer, False)]
    assert state(answer, "infrared") == [Statement(answer, False)]


@pytest.mark.parametrize(
    "answer", ["There is no bench in the picture.", "No, it lies on the left of the bench."]
)
def test_a_denial_is_asked_about(answer: str) -> None:
    assert [one.can_be_seen for one in state(answer)] == [True]


@pytest.mark.parametrize(
    ("answer", "on_visible"),
    [
        ("The dog is warmer than the grass.", False),
        ("The bench looks darker than its surroundings.", False),
        ("The heat of the engine shows on the left.", False),
        ("A person eats a hot dog on the bench.", True),
        ("A cooler stands next to the bench.", False),
        ("A heater stands next to the bench.", True),
    ],
)
def test_warmth_is_held_against_the_infrared_picture_alone(answer: str, on_visible: bool) -> None:
    assert [one.can_be_seen for one in state(answer, "visible")] == [on_visible]
    assert [one.can_be_seen for one in state(answer, "infrared")] == [True]
