import pytest

from irloom.errors import ModelReplyError
from irloom.records import Box
from irloom.scene.layout import (
    Layout,
    Thing,
    is_visible,
    name_things,
    read_boxes,
    relate,
    say_count,
    say_place,
    say_relation,
    turn_round,
)

DOG = Thing("dog", 0.05, 0.5, 0.25, 0.9)
BENCH = Thing("bench", 0.5, 0.4, 0.9, 0.9)
PUPPY = Thing("dog", 0.4, 0.7, 0.6, 0.95)


def test_fractions_and_whole_per_cent_are_read_alike() -> None:
    fractions = read_boxes("dog: [0.050, 0.500, 0.250, 0.900]\ncat (group): [0.100, 0.200, 0.300, 0.400]")
    assert read_boxes("dog: [5, 50, 25, 90]\ncat (group): [10, 20, 30, 40]") == fractions
    assert [thing.group for thing in fractions.things] == [False, True]


def test_a_box_under_a_thousandth_of_the_image_does_not_count() -> None:
    text = "dog: [0.050, 0.500, 0.250, 0.900]\ndog: [0.500, 0.500, 0.520, 0.540]"
    assert read_boxes(text).counts() == {"dog": 1}
    assert read_boxes(text, least=0).counts() == {"dog": 2}
    assert not is_visible(Box(label="dog", x1=0.5, y1=0.5, x2=0.52, y2=0.54))


@pytest.mark.parametrize("line", ["dog", "dog: [1, 2, 3]", "dog: [a, b, c, d]", "dog: [0.1, 0.2, 0.3, ]"])
def test_a_line_of_another_form_is_named(line: str) -> None:
    with pytest.raises(ModelReplyError, match="write it as `label:"):
        read_boxes(line)


def test_above_eight_there_are_many_and_a_group_is_several() -> None:
    assert say_count("car", 8) == "eight cars"
    assert say_count("car", 9) == "many cars"
    assert say_count("person", None) == "several people"


def test_names_single_things_out_or_are_not_given() -> None:
    assert name_things([DOG, BENCH]) == {DOG: "the dog", BENCH: "the bench"}
    assert name_things([DOG, PUPPY]) == {DOG: "the dog on the left", PUPPY: "the dog on the right"}
    above, below = Thing("cat", 0.4, 0.1, 0.6, 0.3), Thing("cat", 0.41, 0.6, 0.6, 0.9)
    assert name_things([above, below]) == {above: "the upper cat", below: "the lower cat"}
    middle = Thing("dog", 0.3, 0.1, 0.4, 0.3)
    last = Thing("dog", 0.8, 0.1, 0.9, 0.3)
    assert name_things([middle, DOG, last]) == {DOG: "the leftmost dog", last: "the rightmost dog"}
    assert name_things([DOG, Thing("dog", 0.06, 0.5, 0.26, 0.9)]) == {}
    assert name_things([DOG, Thing("dog", 0.5, 0.1, 0.9, 0.3, group=True)]) == {}


def test_two_of_one_label_and_what_overlaps_have_no_relation() -> None:
    assert relate(DOG, PUPPY) is None
    assert relate(BENCH, Thing("cat", 0.55, 0.45, 0.85, 0.85)) is None


def test_a_relation_is_said_from_either_side() -> None:
    (relation,) = Layout((DOG, BENCH)).relations()
    names = name_things((DOG, BENCH))
    assert say_relation(relation, names) == "the dog is to the left of the bench"
    assert say_relation(turn_round(relation), names) == "the bench is to the right of the dog"
    assert turn_round(turn_round(relation)) == relation


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ((0.0, 0.0, 0.9, 0.9), "across most of the image"),
        ((0.4, 0.4, 0.6, 0.6), "near the centre of the image"),
        ((0.0, 0.0, 0.2, 0.2), "in the upper left part of the image"),
        ((0.8, 0.4, 1.0, 0.6), "on the right side of the image"),
        ((0.4, 0.8, 0.6, 1.0), "in the lower part of the image"),
    ],
)
def test_a_place_is_said_by_thirds(box: tuple[float, float, float, float], said: str) -> None:
    assert say_place(Thing("dog", *box)) == said
