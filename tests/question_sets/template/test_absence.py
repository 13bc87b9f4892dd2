"""The missing kind is certainly missing, and each kind is missing in a quarter of its questions."""

import random
from collections import Counter

from irloom.question_sets.template.absence import TOO_ALIKE, TOO_OFTEN, Absence, Presence
from irloom.question_sets.template.forms import Candidate, Chosen
from irloom.question_sets.template.tasks import read_tasks
from irloom.question_sets.template.told import Told
from support.told_images import CLASSES, box, told

BOOK = read_tasks()
SECURITY = next(task for task in BOOK.tasks if task.name == "security")


def find(image: Told) -> Presence | str:
    return Absence().find(image, SECURITY, BOOK)


def scene(*labels: str, name: str = "one", **more: object) -> Told:
    boxes = (box(label, 0.08 + 0.14 * place, 0.5) for place, label in enumerate(labels))
    return told(*boxes, name=name, **more)  # type: ignore[arg-type]


def choose(*images: Told) -> Chosen:
    found = [(image, find(image)) for image in images]
    candidates = [Candidate(image.picture, facts) for image, facts in found if isinstance(facts, Presence)]
    return Absence().choose(candidates, SECURITY, BOOK, random.Random(0))


def test_what_is_there_and_what_is_not_are_told_apart() -> None:
    assert find(scene("person", "car", "dog")) == Presence(
        ("car", "dog", "person"), ("bike", "bus", "light", "sign")
    )


def test_an_object_too_small_to_see_is_neither() -> None:
    image = told(*(box(label, 0.3, 0.3) for label in ("person", "car", "dog")), box("bus", 0.8, 0.8, 0.001))
    assert find(image) == Presence(("car", "dog", "person"), ("bike", "light", "sign"))


def test_what_an_object_could_also_be_called_is_not_said_to_be_missing() -> None:
    classes = CLASSES | {"van", "other vehicle"}
    found = find(scene("person", "car", "dog", "other vehicle", classes=classes))
    assert isinstance(found, Presence)
    assert found == Presence(("car", "dog", "person"), ("light", "sign"))


def test_images_that_leave_a_doubt_or_show_too_little_are_left_out() -> None:
    assert find(scene("person", "car")) == "fewer than 3 kinds in the picture"
    assert find(scene(*sorted(CLASSES))) == "no kind that is not in the picture"
    assert (
        find(scene("person", "car", "dog", ignored=(box("", 0.5, 0.5),))) == "regions that nobody annotated"
    )
    assert (
        find(scene("person", "car", "dog", classes=frozenset()))
        == "classes that are not annotated everywhere"
    )


def test_a_kind_that_no_picture_shows_is_never_the_answer() -> None:
    chosen = choose(scene("person", "car", "dog", name="a"), scene("person", "car", "bike", name="b"))
    assert {sketch.picture.id: sketch.answer for sketch in chosen.sketches} == {"a": "bicycle", "b": "dog"}


def test_a_set_whose_pictures_all_show_the_same_gives_no_question_and_a_reason() -> None:
    chosen = choose(*(scene("person", "car", "dog", name=str(number)) for number in range(3)))
    assert chosen.sketches == ()
    assert [reason for reason, _ in chosen.left_out] == [TOO_ALIKE] * 3


def test_each_kind_is_missing_in_about_a_quarter_of_the_questions_that_name_it() -> None:
    draw = random.Random(5)
    kinds = sorted(CLASSES)
    images = [scene(*draw.sample(kinds, draw.choice((3, 4, 5))), name=str(number)) for number in range(300)]
    chosen = choose(*images)
    offered = Counter(option for sketch in chosen.sketches for option in sketch.options)
    right = Counter(sketch.answer for sketch in chosen.sketches)
    assert len(chosen.sketches) > 290
    assert all(0.2 < right[kind] / offered[kind] < 0.3 for kind in offered)


def test_exactly_one_option_is_not_in_the_picture() -> None:
    images = [
        scene(*labels, name="".join(labels))
        for labels in (("person", "car", "dog"), ("bus", "light", "sign", "bike"))
    ]
    there = {image.picture.id: {BOOK.say(found.label) for found in image.boxes} for image in images}
    for sketch in choose(*images).sketches:
        assert [option for option in sketch.options if option not in there[sketch.picture.id]] == [
            sketch.answer
        ]


def test_a_kind_is_missing_in_no_more_than_a_third_of_the_questions_that_name_it() -> None:
    images = [scene("person", "car", "bike", "light", name=str(number)) for number in range(60)]
    images += [scene("person", "car", "dog", name=f"dog{number}") for number in range(3)]
    chosen = choose(*images)
    offered = Counter(option for sketch in chosen.sketches for option in sketch.options)
    assert sum(sketch.answer == "dog" for sketch in chosen.sketches) <= 1 + offered["dog"] / 3
    assert TOO_OFTEN in {reason for reason, _ in chosen.left_out}
