"""Each check objects to its kind of fault with a reason, and to nothing else."""

import re
from typing import Any

import pytest

from irloom.agents.task.objections import Evidence, list_grams, list_objections
from irloom.lexicon import Lexicon
from irloom.prompts import Prompts
from irloom.records import TASKS, Box, Instruction, Task, Turn, Verdict

LEXICON = Lexicon.load(None)
EXAMPLE = "Two boats are tied to a pier, and a person walks along it past the boats towards the shore."
EVIDENCE = Evidence(
    captions=("A dog lies beside a bench.", "A dog rests by a wooden bench."),
    boxes=(
        Box(label="dog", x1=0.1, y1=0.5, x2=0.3, y2=0.9),
        Box(label="bench", x1=0.6, y1=0.4, x2=0.9, y2=0.9),
    ),
    heat=(),
    rules=("Delete all words about colour.",),
    examples=(EXAMPLE,),
    annotated=frozenset({"dog", "bench", "person", "boat"}),
    longest=200,
)


def objections(question: str, answer: str, **changes: Any) -> list[Verdict]:
    evidence = Evidence(
        **{name: changes.get(name, getattr(EVIDENCE, name)) for name in Evidence.__dataclass_fields__}
    )
    instruction = Instruction(task="reasoning", turns=(Turn(question=question, answer=answer),))
    return list_objections(instruction, evidence, LEXICON)


@pytest.mark.parametrize(
    ("answer", "category", "said"),
    [
        ("A dog lies there. " + "It is calm. " * 12, "other", "An answer does not end: the model went round"),
        (
            ("The dog looks at the bench and then at the wall, " * 6)[:199] + "a",
            "other",
            "the answer was cut at 200 characters",
        ),
        (EXAMPLE, "other", "It repeats the example instead of telling of this image"),
        ("The dog lies beside the bench. " * 3, "other", "It says the same again and again"),
        ("The dog is in its bounding box.", "other", "“bounding box”"),
        ("The boxes show a dog.", "other", "“boxes”"),
        ("The captions speak of a dog.", "other", "“The captions”"),
        ("These sentences speak of a dog.", "other", "“These sentences”"),
        ("The dog lies at [0.100, 0.500, 0.300, 0.900].", "other", "“[0.100, 0.500, 0.300, 0.900]”"),
        ("The dog lies at [10, 50, 30, 90].", "other", "“[10, 50, 30, 90]”"),
        ("The dog lies 10 % from the left edge.", "other", "“10 %”"),
        ("A brown dog lies there.", "colour", "'brown'"),
        ("A person pets the dog.", "contradiction", "Nothing shows that there is any of “people”"),
        ("The image shows no bench.", "contradiction", "It denies what the scene has: any of “benches”"),
        ("Three dogs lie there.", "contradiction", "it shows “one dog, not three”"),
        ("The dog is on the right.", "contradiction", "A place contradicts the infrared image"),
    ],
)
def test_a_fault_is_told_with_its_category(answer: str, category: str, said: str) -> None:
    found = objections("What is there?", answer)
    assert any(one.category == category and said in one.reason for one in found), found
    assert all(one.verdict == "reject" for one in found)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is there?", "A dog lies on the left, beside a wooden bench on the right."),
        ("Is there a person?", "No, there is nobody."),
        ("What colour is the dog?", "That cannot be told from a thermal image."),
        ("How many dogs are there?", "One."),
        ("What might happen?", "If a person came near, the dog would get up."),
        ("Where is the zebra?", "It stands behind the bench."),
        ("Is the dog warmer than the bench?", "Yes, the dog is warmer than the bench."),
    ],
)
def test_what_may_be_right_is_left_to_the_judge(question: str, answer: str) -> None:
    assert objections(question, answer) == []


def test_words_that_no_standing_rule_forbids_are_left_to_the_judge() -> None:
    assert objections("What is there?", "A brown dog.", rules=()) == []


def test_a_box_that_captions_speak_of_is_a_thing() -> None:
    captions = ("A dog sleeps in a box.",)
    assert objections("What is there?", "A dog sleeps in a box. The box is open.", captions=captions) == []
    assert objections("What is there?", "A dog sleeps. Its bounding box is open.", captions=captions) != []


def test_a_request_for_a_caption_or_for_sentences_speaks_of_no_input() -> None:
    for question in ("Describe this infrared image in a few sentences.", "Write a long caption for it."):
        assert objections(question, "A dog lies beside a bench.") == []


def test_a_number_of_which_captions_tell_another_is_neither_told_nor_asked_for() -> None:
    captions = ("Two dogs lie beside a bench.",)
    for question, answer in (("How many dogs are there?", "One."), ("What is there?", "Two dogs.")):
        (found,) = objections(question, answer, captions=captions)
        assert found.reason == "The number is not certain and is left out: of “dogs”."
    assert objections("What is there?", "A dog by a bench.", captions=captions) == []


def test_what_the_source_does_not_annotate_is_unknown() -> None:
    assert objections("What is there?", "A person pets the dog.", annotated=frozenset({"dog"})) == []


def test_what_captions_say_is_no_copy_of_the_example() -> None:
    more = {"captions": (EXAMPLE, "A dog lies beside a bench."), "annotated": frozenset()}
    assert objections("What is there?", EXAMPLE, **more) == []


def test_what_is_known_of_heat_is_no_copy_of_the_example() -> None:
    warm = "The person is clearly warmer than the air around it."
    more = {"heat": (warm,), "examples": (f"Heat:\n{warm}",), "annotated": frozenset()}
    assert objections("What stands out?", warm, **more) == []
    assert objections("What stands out?", warm, **{**more, "heat": ()}) != []


def test_a_few_words_in_common_with_the_example_are_no_copy() -> None:
    near = "A dog lies by a bench, and a person walks along it past a wall towards a house."
    assert objections("What is there?", near, annotated=frozenset()) == []


def test_one_copied_turn_among_others_is_found() -> None:
    turns = [Turn(question=f"What is {n}?", answer=f"A dog of the kind {n} lies there.") for n in "abcd"]
    copied = Turn(question="Why?", answer=EXAMPLE)
    found = list_objections(Instruction(task="conversation", turns=(*turns, copied)), EVIDENCE, LEXICON)
    assert "It repeats the example" in found[0].reason


def test_no_reason_names_a_category_that_it_is_not_of() -> None:
    light = Box(label="traffic light", x1=0.6, y1=0.0, x2=0.9, y2=0.2)
    texts = (
        "Two traffic lights.",
        "The traffic light is on the left.",
        "x" * 200,
        "There is no traffic light.",
    )
    for text in texts:
        found = objections("What?", text, boxes=(light,), annotated=frozenset({"traffic light"}))
        assert found, text
        assert [LEXICON.named_by(one.reason) for one in found] == [frozenset()] * len(found), found


def test_grams_are_runs_of_five_words_in_small_letters() -> None:
    assert list_grams("A dog, a Dog's bed - and 2.") == [
        ("a", "dog", "a", "dog's", "bed"),
        ("dog", "a", "dog's", "bed", "and"),
        ("a", "dog's", "bed", "and", "2"),
    ]


@pytest.mark.parametrize("task", TASKS)
def test_copying_any_example_is_objected_to(task: Task) -> None:
    prompts = Prompts.load()
    for example in map(prompts.text_of, prompts.list_in(f"task/examples/{task}")):
        answer = max(re.findall(r'"(?:answer|description)": "([^"]+)"', example), key=len)
        found = objections("What?", answer, examples=(example,), captions=(), longest=2000)
        assert any("It repeats the example" in one.reason for one in found), example


@pytest.mark.parametrize("told", ["62 centimeters", "around 50 degrees Celsius", "30 °C", "5 m", "2.5 feet"])
def test_measures_that_nobody_took_are_objected_to(told: str) -> None:
    found = objections("How far is the dog?", f"The dog is {told} away from the bench.")
    assert [one.category for one in found] == ["uncertain"]
    assert "Nobody measured" in found[0].reason
    caption = (f"A dog sits {told} from a bench.",)
    assert objections("How far is the dog?", f"The dog is {told} away.", captions=caption) == []


def test_numbers_without_a_unit_are_no_measures() -> None:
    assert objections("Which dog is it?", "The dog is number 5 in a race, at 7 minutes past the hour.") == []


def test_a_question_that_is_asked_again_and_again_is_objected_to() -> None:
    turn = Turn(question="Where is the dog?", answer="On the left.")
    instruction = Instruction(task="conversation", turns=(turn, turn, turn))
    (found,) = list_objections(instruction, EVIDENCE, LEXICON)
    assert "again and again" in found.reason


def test_a_label_with_a_word_of_heat_frees_the_label_and_not_the_word() -> None:
    hot_dog = Box(label="hot dog", x1=0.1, y1=0.1, x2=0.2, y2=0.2)
    tones = {"boxes": (*EVIDENCE.boxes, hot_dog), "shows": "tones", "captions": ("A hot dog by a bench.",)}
    assert objections("What is there?", "A hot dog lies by a bench.", **tones) == []
    found = objections("How is the bench?", "The bench is hot.", **tones)
    assert [one.reason for one in found] == ["The picture does not show this: “hot”."]
