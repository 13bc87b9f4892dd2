"""Numbers are those of the annotations, and options are near them without giving them away."""

import random
from collections import Counter

from support.told_images import box, told

from irloom.question_sets.template.forms import Candidate
from irloom.question_sets.template.number import Counted, Number
from irloom.question_sets.template.tasks import read_tasks
from irloom.question_sets.template.told import Told

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


def test_a_number_is_asked_for_without_options() -> None:
    image = people(3, "a")
    (sketch,) = (
        Number()
        .choose(
            [Candidate(image.picture, find(image))],
            TASKS["pedestrian_count"],
            BOOK,
            random.Random(0),  # type: ignore[list-item]
        )
        .sketches
    )
    assert (sketch.kind, sketch.answer, sketch.options) == ("number", "3", ())
    assert sketch.truth == {"label": "person", "count": 3}


def test_options_hold_the_number_once_and_its_place_among_them_tells_nothing() -> None:
    images = [people(12, f"image{number}") for number in range(40)]
    chosen = Number(choices=True).choose(
        [Candidate(image.picture, find(image)) for image in images],  # type: ignore[misc]
        TASKS["pedestrian_count"],
        BOOK,
        random.Random(0),
    )
    places = Counter(sorted(map(int, sketch.options)).index(12) for sketch in chosen.sketches)
    assert places == {0: 10, 1: 10, 2: 10, 3: 10}
    assert all(
        sketch.options.count("12") == 1 and len(set(sketch.options)) == 4 for sketch in chosen.sketches
    )


def test_options_of_small_numbers_never_hold_nought() -> None:
    images = [people(1 + number % 3, f"image{number}") for number in range(30)]
    chosen = Number(choices=True).choose(
        [Candidate(image.picture, find(image)) for image in images],  # type: ignore[misc]
        TASKS["pedestrian_count"],
        BOOK,
        random.Random(0),
    )
    assert all(min(map(int, sketch.options)) >= 1 and sketch.kind == "choice" for sketch in chosen.sketches)
