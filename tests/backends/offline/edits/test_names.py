import pytest

from irloom.backends.offline.edits.names import find_name
from irloom.scene.layout import Thing


def name_all(*boxes: tuple[float, float, float, float], group: bool = False) -> list[str | None]:
    things = [Thing("car", *box) for box in boxes]
    if group:
        things.append(Thing("car", 0.0, 0.0, 1.0, 0.2, group=True))
    names = [find_name(thing, [*things, Thing("dog", 0.0, 0.0, 0.9, 0.9)]) for thing in things]
    return [name and name.format("car") for name in names]


def test_the_only_one_of_its_label_needs_no_more_than_its_label() -> None:
    assert name_all((0.1, 0.1, 0.3, 0.3)) == ["the car"]


def test_two_side_by_side_are_told_by_their_sides() -> None:
    assert name_all((0.6, 0.1, 0.8, 0.3), (0.1, 0.1, 0.3, 0.3)) == [
        "the car on the right",
        "the car on the left",
    ]


def test_two_above_each_other_are_told_by_their_height() -> None:
    assert name_all((0.1, 0.1, 0.3, 0.3), (0.1, 0.6, 0.3, 0.8)) == ["the upper car", "the lower car"]


def test_two_that_overlap_are_told_by_their_size() -> None:
    assert name_all((0.1, 0.1, 0.8, 0.8), (0.3, 0.3, 0.5, 0.5)) == ["the larger car", "the smaller car"]


def test_two_that_nearly_coincide_cannot_be_told_apart() -> None:
    assert name_all((0.1, 0.1, 0.5, 0.5), (0.12, 0.12, 0.52, 0.52)) == [None, None]


def test_three_in_a_row_are_told_by_their_order() -> None:
    row = [(0.7, 0.1, 0.9, 0.3), (0.1, 0.1, 0.3, 0.3), (0.4, 0.1, 0.6, 0.3)]
    assert name_all(*row) == ["the rightmost car", "the leftmost car", "the car in the middle"]


@pytest.mark.parametrize("count", [5, 6, 7, 9])
def test_a_long_row_is_counted_from_the_nearer_side_and_not_beyond_the_third(count: int) -> None:
    step = 1 / count
    names = name_all(*[(i * step, 0.1, (i + 0.9) * step, 0.3) for i in range(count)])
    assert names[:3] == ["the leftmost car", "the second car from the left", "the third car from the left"]
    assert names[-2:] == ["the second car from the right", "the rightmost car"]
    assert names[3:-3] == [None] * (count - 6)


def test_among_many_in_disorder_only_the_ends_have_names() -> None:
    heap = [(0.3, 0.3, 0.7, 0.7), (0.32, 0.3, 0.6, 0.6), (0.33, 0.31, 0.6, 0.59), (0.34, 0.31, 0.5, 0.39)]
    assert name_all(*heap) == ["the largest car", None, None, "the smallest car"]


def test_a_group_has_no_name_and_leaves_none_to_its_label() -> None:
    assert name_all((0.1, 0.3, 0.3, 0.9), group=True) == [None, None]


@pytest.mark.parametrize("count", range(2, 9))
def test_no_two_of_a_label_ever_get_the_same_name(count: int) -> None:
    for seed in range(40):
        boxes = []
        for i in range(count):
            x, y = (seed * 37 + i * 53) % 70 / 100, (seed * 17 + i * 31) % 70 / 100
            side = 0.05 + (seed * 7 + i * 13) % 25 / 100
            boxes.append((x, y, x + side, y + side))
        names = [name for name in name_all(*boxes) if name]
        assert len(names) == len(set(names)), boxes
