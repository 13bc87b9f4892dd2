"""What is asked follows quotas, is drawn by the sample's seed, and can be answered from the scene."""

from collections import Counter

import pytest

from irloom.agents.task.answerable import View, list_targets
from irloom.agents.task.questions import choose_question, plan_questions
from irloom.agents.task.quotas import read_quotas
from irloom.prompts.requests import read_requests
from irloom.records import TASKS, Box
from irloom.scene.nouns import LABELS
from irloom.scene.questions import KINDS, Question

KNOWN = frozenset(LABELS)


def box(label: str, x1: float, width: float = 0.2, crowd: bool = False) -> Box:
    return Box(label=label, x1=x1, y1=0.3, x2=x1 + width, y2=0.7, crowd=crowd)


def see(*boxes: Box, captions: tuple[str, ...] = ("A scene.",), heat: tuple[str, ...] = ()) -> View:
    return View(captions, boxes, heat, KNOWN)


def targets(view: View, kind: str) -> list[str]:
    return list_targets(view, read_quotas())[kind]  # type: ignore[index]


def test_the_question_of_a_description_follows_from_the_sample_and_varies() -> None:
    assert choose_question("7") == choose_question("7")
    assert {choose_question(str(number)) for number in range(3000)} == set(read_requests("description"))


def test_the_plan_follows_from_seed_sample_and_task() -> None:
    view = see(box("dog", 0.0), box("bench", 0.5), heat=("The dog is warmer than the bench.",))
    plans = {
        (seed, sample, task): plan_questions(task, view, seed, sample)
        for seed in (0, 1)
        for sample in ("1", "2")
        for task in TASKS
    }
    assert plan_questions("conversation", view, 0, "1") == plans[0, "1", "conversation"]
    assert len({plans[key] for key in plans if key[2] == "conversation"}) == 4
    assert all(len(plan) <= 1 for key, plan in plans.items() if key[2] != "conversation")


def test_kinds_come_in_the_shares_of_the_quotas() -> None:
    view = see(
        box("person", 0.0),
        box("person", 0.3),
        box("bench", 0.6),
        heat=("The bench is warmer than the cup.",) * 3,
    )
    drawn: Counter[str] = Counter()
    denied = 0
    for number in range(400):
        plan = plan_questions("conversation", view, 0, str(number))
        assert 4 <= len(plan) <= 6
        assert len({(one.kind, one.target) for one in plan if one.kind != "thermal"}) == len(
            [one for one in plan if one.kind != "thermal"]
        )
        drawn.update(one.kind for one in plan)
        denied += sum(one.denied for one in plan)
    total = drawn.total()
    assert set(drawn) == set(KINDS) - {"tone"}, "what is bright is told of pictures that show no heat"
    assert 0.13 < drawn["absent"] / total < 0.25
    assert 0.13 < drawn["thermal"] / total < 0.28
    assert 0.04 < denied / total < 0.15
    reasoning = Counter(
        one.kind for number in range(400) for one in plan_questions("reasoning", view, 0, str(number))
    )
    assert 0.2 < reasoning["thermal"] / 400 < 0.4


def test_absent_is_what_the_file_annotates_and_neither_box_nor_caption_names() -> None:
    view = see(box("car", 0.0), captions=("A man walks his puppy past a car.",))
    absent = targets(view, "absent")
    assert not {"car", "person", "dog", "hot dog"} & set(absent)
    assert {"bus", "bicycle"} <= set(absent[:6]), "likely company comes first"
    only_people = View(("A night street.",), (box("person", 0.1),), (), frozenset({"person"}))
    assert targets(only_people, "absent") == [], "of classes that the file does not know nothing is absent"
    assert targets(see(), "absent") == [], "an image without boxes may not have been annotated"


def test_words_for_many_labels_keep_all_of_them_from_being_denied() -> None:
    absent = targets(see(box("car", 0.0), captions=("Vehicles, animals and food.",)), "absent")
    assert not {"bus", "truck", "dog", "horse", "pizza", "banana"} & set(absent)


def test_a_tiny_box_is_there_and_is_not_counted() -> None:
    tiny = Box(label="bird", x1=0.5, y1=0.1, x2=0.51, y2=0.12)
    view = see(box("dog", 0.0), box("dog", 0.4), tiny)
    assert "bird" not in targets(view, "absent")
    assert targets(view, "count") == ["dog (two)"]


@pytest.mark.parametrize(
    ("boxes", "caption", "counted"),
    [
        ([box("dog", 0.0), box("dog", 0.4)], "Dogs.", ["dog (two)"]),
        ([box("dog", 0.0), box("dog", 0.4)], "Three dogs.", []),
        ([box("dog", 0.0, crowd=True), box("dog", 0.4)], "Dogs.", []),
        ([box("dog", 0.02 * number, 0.1) for number in range(9)], "Dogs.", ["dog (many)"]),
        ([box("dog", 0.0), box("cat", 0.3), box("cat", 0.7)], "Pets.", ["cat (two)"]),
        ([box("dog", 0.0)], "A dog.", ["dog (one)"]),
    ],
)
def test_a_count_is_asked_only_where_boxes_and_captions_agree(
    boxes: list[Box], caption: str, counted: list[str]
) -> None:
    assert targets(see(*boxes, captions=(caption,)), "count") == counted


def test_places_and_relations_name_things_apart() -> None:
    view = see(box("dog", 0.0), box("bench", 0.6), box("bench", 0.3, 0.05))
    assert targets(view, "place") == ["the dog is on the left side of the image"]
    assert "the dog is to the left of the bench on the right" in targets(view, "relation")


def test_what_cannot_be_told_is_of_what_is_there() -> None:
    assert "the colour of the cars" in targets(see(box("car", 0.0), box("car", 0.5)), "unanswerable")
    assert targets(see(box("fire hydrant", 0.1)), "unanswerable") == ["how bright the place is"]


def test_without_heat_nothing_thermal_is_asked() -> None:
    view = see(box("dog", 0.0), box("bench", 0.5))
    plans = [plan_questions(task, view, 0, str(number)) for task in TASKS for number in range(100)]
    assert not any(one.kind == "thermal" for plan in plans for one in plan)
    assert plan_questions("reasoning", see(), 0, "1") == (Question("steps"),)


def test_of_what_captions_tell_another_number_no_question_singles_one_out() -> None:
    heat = ("The person is warmer than the car.", "The car is close to the temperature of the air around it.")
    boxes = (box("person", 0.0), box("car", 0.5))
    certain = see(*boxes, captions=("A person walks to a car.",), heat=heat)
    disputed = see(*boxes, captions=("Four people walk to a car.",), heat=heat)
    assert any("person" in place for place in targets(certain, "place"))
    assert targets(certain, "relation")
    assert targets(certain, "thermal") == list(heat)
    assert targets(disputed, "count") == ["car (one)"]
    assert not any("person" in place for place in targets(disputed, "place"))
    assert targets(disputed, "relation") == []
    assert targets(disputed, "thermal") == [heat[1]]
