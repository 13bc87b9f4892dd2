"""Numbers are those of the annotations, and options are near them without giving them away."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from irloom.question_sets.template.forms import Candidate, Chosen
from irloom.question_sets.template.near_numbers import TOO_OFTEN
from irloom.question_sets.template.number import Counted, Number
from irloom.question_sets.template.tasks import read_tasks
from irloom.question_sets.template.told import Told
from support.told_images import box, told

BOOK = read_tasks()
TASKS = {task.name: task for task in BOOK.tasks}


def find(image: Told, task: str = "pedestrian_count") -> Counted | str:
    return Number().find(image, TASKS[task], BOOK)


def people(number: int, name: str) -> Told:
    return told(*(box("person", 0.1 + 0.01 * place, 0.5, 0.01) for place in range(number)), name=name)


def test_only_what_the_task_is_about_is_counted() -> None:
    found = find(told(box("person", 0.2, 0.2), box("person", 0.5, 0.2), box("car", 0.8, 0.8)))
    assert isinstance(found, Counted)
    assert (found.counts, found.things) == ({"person": 2}, {"person": "people"})


def test_an_empty_image_and_one_with_a_group_are_left_out() -> None:
    assert find(told(box("car", 0.8, 0.8))) == "nothing to count"
    assert find(told(box("person", 0.2, 0.2, crowd=True))) == "groups that nobody counted"
    assert (
        find(told(box("person", 0.2, 0.2), ignored=(box("", 0.5, 0.5),))) == "regions that nobody annotated"
    )


def test_classes_that_the_set_tells_apart_are_said_not_to_count() -> None:
    classes = frozenset({"car", "van", "bus", "other vehicle"})
    found = find(told(box("car", 0.2, 0.2), box("van", 0.6, 0.6), classes=classes), "aerial_count")
    assert isinstance(found, Counted)
    assert found.things["car"] == "cars (not counting vans)"
    assert found.things["van"] == "vans (not counting buses and cars)"


def test_two_labels_of_one_name_cannot_be_counted_apart() -> None:
    image = told(box("person", 0.2, 0.2), box("people", 0.6, 0.6), classes=frozenset({"person", "people"}))
    assert find(image) == "two labels of one name"


def test_two_counted_things_of_one_name_are_not_counted_apart_although_no_box_shows_them() -> None:
    classes = frozenset({"person", "people"})
    image = replace(told(name="a"), counts={"person": 2, "people": 3}, classes=classes)
    assert find(image) == "two labels of one name"


def test_a_class_of_the_same_name_that_is_not_there_is_not_said() -> None:
    found = find(told(box("person", 0.2, 0.2), classes=frozenset({"person", "people", "rider"})))
    assert isinstance(found, Counted)
    assert found.things == {"person": "people (not counting riders)"}


def test_a_number_is_asked_for_without_options() -> None:
    image = people(3, "a")
    found = [Candidate(image.picture, find(image))]
    (sketch,) = Number().choose(found, TASKS["pedestrian_count"], BOOK, random.Random(0)).sketches  # type: ignore[arg-type]
    assert (sketch.kind, sketch.answer, sketch.options) == ("number", "3", ())
    assert sketch.truth == {"label": "person", "count": 3}


def choose(numbers: Sequence[int]) -> Chosen:
    images = [people(number, f"image{place}") for place, number in enumerate(numbers)]
    found = [Candidate(image.picture, find(image)) for image in images]
    return Number(choices=True).choose(found, TASKS["pedestrian_count"], BOOK, random.Random(0))  # type: ignore[arg-type]


def test_options_hold_the_number_once_and_are_near_it() -> None:
    for sketch in choose([1, 2, 3, 5, 8, 12, 20]).sketches:
        numbers = [int(option) for option in sketch.options]
        assert sketch.kind == "choice"
        assert numbers.count(int(sketch.answer)) == 1
        assert len(set(numbers)) == 4
        assert min(numbers) >= 1
        assert max(numbers) - min(numbers) <= max(3, 0.6 * int(sketch.answer))


def test_no_number_is_right_much_more_often_than_another_among_the_same_four() -> None:
    chosen = choose([1] * 40 + [2] * 30 + [3] * 20 + [4] * 10)
    right: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for sketch in chosen.sketches:
        right[sketch.options][sketch.answer] += 1
    for options, answers in right.items():
        assert max(answers.values()) - min(answers[option] for option in options) <= 1, options
    assert {reason for reason, _ in chosen.left_out} == {TOO_OFTEN}
    assert len(chosen.sketches) + len(chosen.left_out) == 100
