"""Captions of another picture are dropped, and others are left alone."""

import pytest

from irloom.agents.caption.consensus import find_outliers
from irloom.records import Box

ANIMALS = ("zebra", "giraffe", "person", "bear")
ZEBRAS = (
    "Two zebras graze in a field.",
    "A couple of zebras stand on the grass.",
    "Two giraffes eat grass.",
    "Zebras in a field.",
)


def box(label: str) -> Box:
    return Box(label=label, x1=0.1, y1=0.1, x2=0.5, y2=0.5)


def outliers(
    *captions: str, boxes: tuple[str, ...] = ("zebra",), annotated: tuple[str, ...] = ANIMALS
) -> list[int]:
    return [one.caption for one in find_outliers(captions, [box(label) for label in boxes], annotated)]


def test_a_caption_that_names_what_nobody_else_knows_is_dropped_with_the_reason() -> None:
    (one,) = find_outliers(ZEBRAS, [box("zebra")], ANIMALS)
    assert (one.caption, one.original, one.stage) == (2, "Two giraffes eat grass.", "consensus")
    assert one.reason == (
        "it names 'giraffe', of which neither the other captions nor the boxes know, "
        "while they agree on 'zebra'"
    )


def test_a_class_that_the_annotations_do_not_have_speaks_against_nobody() -> None:
    assert outliers(*ZEBRAS, annotated=("zebra",)) == []
    assert outliers(*ZEBRAS, annotated=()) == []


def test_a_box_or_another_caption_bears_a_caption_out() -> None:
    assert outliers(*ZEBRAS, boxes=("zebra", "giraffe")) == []
    assert outliers(*ZEBRAS, "A giraffe.") == []


def test_a_caption_that_names_what_the_others_name_may_name_more() -> None:
    assert outliers(*ZEBRAS[:2], "Two zebras and a giraffe.", ZEBRAS[3]) == []


@pytest.mark.parametrize(
    "others", [(), ("A zebra.",), ("A zebra.", "Grass."), ("A zebra.", "A bear.", "Grass.")]
)
def test_too_few_others_or_others_that_do_not_agree_drop_nothing(others: tuple[str, ...]) -> None:
    assert outliers("Two giraffes.", *others) == []


def test_an_adult_animal_is_no_person() -> None:
    bears = ("A panda bear walks.", "The adult panda walks.", "A bear.", "One panda bear.")
    assert outliers(*bears, boxes=("bear",)) == []
