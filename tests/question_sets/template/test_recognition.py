"""One option is right, and none is more often right than another that stands beside it."""

import random
from collections import Counter

import pytest

from irloom.question_sets.template.choice import TOO_FEW
from irloom.question_sets.template.forms import Candidate, Chosen
from irloom.question_sets.template.recognition import Recognition, Scene
from irloom.question_sets.template.tasks import Task, read_tasks
from irloom.question_sets.template.told import Told
from irloom.records import Box
from support.told_images import box, told

BOOK = read_tasks()
TASKS = {task.name: task for task in BOOK.tasks}
RECOGNITION, SCENE = TASKS["recognition"], TASKS["scene"]
NOTHING: frozenset[str] = frozenset()


def target(label: str, number: int) -> Told:
    return told(box(label, 0.5, 0.5), name=f"{label}{number}", source="lsotb", classes=NOTHING)


def choose(*images: Told, task: Task = RECOGNITION) -> Chosen:
    found = [(image, Recognition().find(image, task, BOOK)) for image in images]
    candidates = [Candidate(image.picture, box) for image, box in found if isinstance(box, Box)]
    return Recognition().choose(candidates, task, BOOK, random.Random(3))


def test_the_framed_object_is_asked_about_though_the_set_annotates_nothing_else() -> None:
    chosen = choose(*(target(label, 0) for label in ("person", "car", "dog", "boat")))
    answers = {sketch.picture.id: sketch.answer for sketch in chosen.sketches}
    assert answers == {"person0": "person", "car0": "car", "dog0": "dog", "boat0": "boat"}
    assert all(
        sketch.marked is not None and sketch.options.count(sketch.answer) == 1 for sketch in chosen.sketches
    )


def test_fewer_than_four_kinds_give_no_question_and_a_reason() -> None:
    chosen = choose(*(target(label, 0) for label in ("person", "car", "dog")))
    assert chosen.sketches == ()
    assert [reason for reason, _ in chosen.left_out] == [TOO_FEW] * 3


def test_kinds_that_one_object_can_be_both_of_are_no_options_together() -> None:
    assert choose(*(target(label, 0) for label in ("person", "car", "dog", "fox"))).sketches == ()
    labels = ("person", "car", "dog", "fox", "boat")
    for sketch in choose(*(target(label, number) for label in labels for number in range(5))).sketches:
        assert not {"dog", "fox"} <= set(sketch.options)


def test_a_frequent_kind_is_wrong_as_often_as_that_makes_it_likely() -> None:
    numbers = {"person": 30, "car": 25, "bird": 25, "boat": 20, "dog": 15, "horse": 5}
    chosen = choose(*(target(label, number) for label, most in numbers.items() for number in range(most)))
    offered = Counter(option for sketch in chosen.sketches for option in sketch.options)
    right = Counter(sketch.answer for sketch in chosen.sketches)
    assert right == numbers
    for label, number in numbers.items():
        assert 0.2 < number / offered[label] < 0.3, label


def test_more_options_of_a_data_file_are_offered_too() -> None:
    task = RECOGNITION.model_copy(update={"more_options": ("camel",)})
    chosen = choose(*(target(label, 0) for label in ("person", "car", "dog")), task=task)
    assert all("camel" in sketch.options and sketch.answer != "camel" for sketch in chosen.sketches)


def test_an_object_with_another_one_in_its_frame_is_left_out() -> None:
    image = told(box("car", 0.5, 0.5), box("person", 0.5, 0.5, 0.05))
    assert (
        Recognition().find(image, RECOGNITION, BOOK) == "objects that touch, or lie too close to each other"
    )


def test_small_and_grouped_objects_are_left_out() -> None:
    assert (
        Recognition().find(told(box("car", 0.5, 0.5, 0.001)), RECOGNITION, BOOK)
        == "objects too small, or in groups"
    )
    assert Recognition().find(told(), RECOGNITION, BOOK) == "nothing annotated"


@pytest.mark.parametrize("other", ["water", "forest", "country"])
def test_a_mountain_stands_beside_nothing_that_its_picture_may_show_as_well(other: str) -> None:
    assert BOOK.are_akin("mountain", other)
    assert BOOK.are_akin(other, "mountain")


def test_scenes_are_told_by_the_set() -> None:
    kinds = ("indoor", "street", "urban", "water", "forest", "field")
    images = [
        told(name=f"{kind}{n}", source="rgbnir", classes=NOTHING, scene={"place": kind})
        for kind in kinds
        for n in range(9)
    ]
    found = [(image, Scene().find(image, SCENE, BOOK)) for image in images]
    chosen = Scene().choose(
        [Candidate(image.picture, kind) for image, kind in found if isinstance(kind, tuple)],
        SCENE,
        BOOK,
        random.Random(0),
    )
    assert len(chosen.sketches) == 54
    for sketch in chosen.sketches:
        assert sketch.answer == BOOK.say(sketch.picture.id[:-1])
        assert not {"street", "urban area"} <= set(sketch.options)
    assert Scene().find(told(), SCENE, BOOK) == "no place told"
