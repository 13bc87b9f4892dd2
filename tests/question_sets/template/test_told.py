"""Nothing is told of what nobody annotated."""

import pytest

from irloom.question_sets.template.told import Unusable, tell
from irloom.records import Fault
from irloom.sources.sets.record import SetImage
from support.told_images import CLASSES, box, told


def test_numbers_and_classes_are_those_of_the_annotations() -> None:
    found = told(box("car", 0.2, 0.2), box("car", 0.8, 0.2), box("dog", 0.5, 0.5))
    assert found.counts == {"car": 2, "dog": 1}
    assert found.classes == CLASSES
    assert found.doubt is None


@pytest.mark.parametrize(
    ("oddity", "doubt"),
    [
        ({"ignored": (box("", 0.5, 0.5),)}, "regions that nobody annotated"),
        ({"notes": {"box_invalid": 1}}, "broken annotations"),
        ({"notes": {"category_unknown": 1}}, "broken annotations"),
        ({"annotated": False}, "pictures that nobody annotated"),
        ({"classes": frozenset()}, "classes that are not annotated everywhere"),
    ],
)
def test_a_doubtful_image_tells_no_numbers(oddity: dict[str, object], doubt: str) -> None:
    found = told(box("car", 0.2, 0.2), **oddity)  # type: ignore[arg-type]
    assert (found.counts, found.classes, found.doubt) == ({}, frozenset(), doubt)
    assert len(found.boxes) == 1


def test_a_box_that_was_mended_leaves_no_doubt() -> None:
    assert told(box("car", 0.2, 0.2), notes={"box_clipped": 1, "caption_empty": 2}).doubt is None


def test_a_group_leaves_its_label_uncounted() -> None:
    found = told(box("person", 0.2, 0.2), box("person", 0.7, 0.7, crowd=True), box("dog", 0.5, 0.5))
    assert found.counts == {"dog": 1}


def test_an_image_with_a_fault_or_without_an_infrared_picture_is_unusable() -> None:
    fault = Fault(stage="read", error="SourceError", message="no XML")
    assert tell(SetImage(id="a", infrared="a.png", fault=fault), "flir", CLASSES) == Unusable(
        "flir", "a", "broken image"
    )
    assert tell(SetImage(id="b", visible="b.png"), "flir", CLASSES) == Unusable(
        "flir", "b", "no infrared picture"
    )


def test_frames_of_a_sequence_share_a_group_and_stills_do_not() -> None:
    groups = {
        told(name=name, sequence=sequence).picture.group for name, sequence in (("a", "v1"), ("b", "v1"))
    }
    assert groups == {"flir/sequence/v1"}
    assert told(name="v1").picture.group == "flir/still/v1"
