"""Statements about where things lie are certain, and as often true as false."""

import random
from collections import Counter

import pytest

from irloom.question_sets.template.forms import Candidate
from irloom.question_sets.template.relation import UNMATCHED, Relation
from irloom.question_sets.template.tasks import read_tasks
from irloom.question_sets.template.told import Told
from support.told_images import box, told

BOOK = read_tasks()
LOCATE = next(task for task in BOOK.tasks if task.name == "locate")


def find(image: Told) -> object:
    return Relation().find(image, LOCATE, BOOK)


def test_two_things_clearly_apart_give_an_order_on_each_axis() -> None:
    found = find(told(box("car", 0.2, 0.2), box("dog", 0.8, 0.8)))
    assert isinstance(found, tuple)
    assert [order.key for order in found] == [("across", "car", "dog"), ("down", "car", "dog")]


def test_things_apart_on_one_axis_alone_give_no_order_on_the_other() -> None:
    found = find(told(box("car", 0.2, 0.5), box("dog", 0.8, 0.52)))
    assert isinstance(found, tuple)
    assert [order.axis for order in found] == ["across"]


@pytest.mark.parametrize("distance", [0.0, 0.05, 0.1, 0.104])
def test_things_that_touch_or_nearly_do_are_left_out(distance: float) -> None:
    assert find(told(box("car", 0.4, 0.5), box("dog", 0.4 + distance, 0.5))) == (
        "objects that touch, or lie too close to each other"
    )


def test_things_just_beyond_the_margin_are_asked_about() -> None:
    assert isinstance(find(told(box("car", 0.4, 0.5), box("dog", 0.515, 0.5))), tuple)


def test_a_label_that_is_there_twice_names_nothing() -> None:
    image = told(box("car", 0.1, 0.1), box("car", 0.9, 0.1), box("dog", 0.5, 0.8))
    assert find(image) == "no second object that is the only one of its kind"


def test_what_can_be_taken_for_another_object_of_the_picture_is_not_named() -> None:
    image = told(
        box("dog", 0.1, 0.1),
        box("fox", 0.9, 0.1),
        box("car", 0.5, 0.8),
        classes=frozenset({"dog", "fox", "car"}),
    )
    assert find(image) == "no second object that is the only one of its kind"


def test_an_unannotated_region_may_hold_a_second_one() -> None:
    image = told(box("car", 0.2, 0.2), box("dog", 0.8, 0.8), ignored=(box("", 0.5, 0.5),))
    assert find(image) == "regions that nobody annotated"


def _candidates(rights: int, lefts: int) -> list[Candidate[object]]:
    images = [told(box("car", 0.8, 0.5), box("dog", 0.2, 0.5), name=f"r{number}") for number in range(rights)]
    images += [told(box("car", 0.2, 0.5), box("dog", 0.8, 0.5), name=f"l{number}") for number in range(lefts)]
    return [Candidate(image.picture, find(image)) for image in images]


def test_what_is_nearly_always_so_is_asked_no_more_often_than_its_opposite() -> None:
    chosen = Relation().choose(_candidates(30, 4), LOCATE, BOOK, random.Random(1))  # type: ignore[arg-type]
    answers = Counter((sketch.evened, sketch.answer) for sketch in chosen.sketches)
    assert len(chosen.sketches) == 8
    for evened, _ in answers:
        assert answers[evened, "yes"] == answers[evened, "no"]
    assert Counter(reason for reason, _ in chosen.left_out) == {UNMATCHED: 26}


def test_each_statement_is_true_exactly_where_its_answer_is_yes() -> None:
    chosen = Relation().choose(_candidates(40, 40), LOCATE, BOOK, random.Random(2))  # type: ignore[arg-type]
    assert len({sketch.picture.id for sketch in chosen.sketches}) == 80
    assert {sketch.slots["relation"] for sketch in chosen.sketches} == {"to the left of", "to the right of"}
    for sketch in chosen.sketches:
        car_is_right = sketch.picture.id.startswith("r")
        says_right = (sketch.slots["first"] == "car") == (sketch.slots["relation"] == "to the right of")
        assert sketch.answer == ("yes" if car_is_right == says_right else "no")
