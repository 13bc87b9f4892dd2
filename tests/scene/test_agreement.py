"""A count or a place that the boxes contradict is found, and what may be true is not."""

import pytest

from irloom.scene.agreement import find_counted, find_disagreement, find_disputed, find_misplaced
from irloom.scene.layout import Layout, Thing

LAYOUT = Layout(
    (
        Thing("dog", 0.05, 0.6, 0.25, 0.9),
        Thing("bench", 0.6, 0.4, 0.9, 0.9),
        Thing("traffic light", 0.7, 0.05, 0.75, 0.2),
        Thing("car", 0.1, 0.1, 0.2, 0.2),
        Thing("car", 0.3, 0.1, 0.4, 0.2),
        Thing("person", 0.4, 0.2, 0.9, 0.9, group=True),
    )
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("There are three cars.", "two cars, not three"),
        ("Two dogs play.", "one dog, not two"),
        ("Several cars wait.", "two cars, not several"),
    ],
)
def test_a_number_that_the_boxes_contradict_is_told_with_theirs(text: str, said: str) -> None:
    found = find_disagreement(text, LAYOUT.counts())
    assert found is not None
    assert said in found


@pytest.mark.parametrize("text", ["Two cars.", "Nine people.", "A dog.", "Four zebras.", "One of the cars."])
def test_a_number_that_may_be_right_is_none(text: str) -> None:
    assert find_disagreement(text, LAYOUT.counts()) is None


def test_a_number_of_which_a_caption_tells_another_is_disputed() -> None:
    captions = ("Three cars wait by a dog.", "Two cars.", "Nine people.", "Several zebras.")
    assert find_disputed(captions, LAYOUT.counts()) == {"car"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Two cars wait.", "car"),
        ("There are several cars.", "car"),
        ("How many cars are there?", "car"),
        ("Just how many parked cars can be seen?", "car"),
        ("One of the cars waits.", None),
        ("How many dogs are there? Two.", None),
        ("Cars wait.", None),
    ],
)
def test_a_number_that_is_told_or_asked_for_is_found(text: str, label: str | None) -> None:
    assert find_counted(text, {"car"}) == label


@pytest.mark.parametrize(
    "text",
    [
        "The dog is on the right.",
        "The dog lies on the far right side of the image, asleep.",
        "The bench is clearly visible on the left.",
        "The traffic light is at the bottom of the infrared image.",
        "The dog can be seen. The dog lies in the upper part of the picture.",
        "The dog is to the right of the bench.",
        "A bench stands to the left of the dog.",
        "The bench is above the traffic light.",
    ],
)
def test_a_place_that_is_the_opposite_of_the_boxes_is_found(text: str) -> None:
    assert str(find_misplaced(text, LAYOUT)).startswith("A place contradicts the infrared image: “")


@pytest.mark.parametrize(
    "text",
    [
        "The dog is on the left.",
        "The bench stands at the top of the image.",
        "The dog is on the right side of the bench.",
        "The dog is to the left of the bench.",
        "The dog is above the bench.",
        "A car is on the right.",
        "The person is on the left.",
        "The cat is on the left.",
        "The bench is to the right of the dog.",
        "The dog turns to the right.",
    ],
)
def test_a_place_that_may_be_right_is_none(text: str) -> None:
    assert find_misplaced(text, LAYOUT) is None
