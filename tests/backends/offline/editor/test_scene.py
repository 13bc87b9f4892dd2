"""Which objects can be worked on."""

import pytest

from irloom.edits import Subcategory
from support.meadow import Bench, ellipse

NEEDY: tuple[Subcategory, ...] = (
    "color",
    "material",
    "shape",
    "texture",
    "remove",
    "replace",
    "count",
    "spatial",
)
VALUES = {
    "color": "blue",
    "material": "stone",
    "shape": "wavy",
    "texture": "dotted",
    "remove": "",
    "replace": "stone",
    "count": "one more",
    "spatial": "left",
}


@pytest.mark.parametrize("subcategory", NEEDY)
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (None, "the step names none"),
        (9, "object 9 is not annotated: there are 4"),
        (3, "is a crowd"),
        (4, "too small"),
    ],
)
def test_a_target_that_is_none_to_work_on_is_declined(
    bench: Bench, subcategory: Subcategory, target: int | None, reason: str
) -> None:
    crowd = ellipse("sheep", 0.2, 0.8, 0.15, 0.15, crowd=True)
    speck = ellipse("ant", 0.9, 0.9, 0.01, 0.01)
    crowded = bench.holding(*bench.boxes, crowd, speck)
    assert reason in crowded.decline(subcategory, VALUES[subcategory], target)


@pytest.mark.parametrize("subcategory", ["color", "material", "texture"])
def test_people_keep_their_skin(bench: Bench, subcategory: Subcategory) -> None:
    people = bench.holding(ellipse("person", 0.4, 0.68, 0.1, 0.16))
    assert "skin and clothes alike" in people.decline(subcategory, VALUES[subcategory])


@pytest.mark.parametrize(("subcategory", "value"), [("spatial", "left"), ("count", "one more")])
def test_what_hangs_on_an_unknown_post_is_not_moved(
    bench: Bench, subcategory: Subcategory, value: str
) -> None:
    sign = bench.holding(ellipse("stop sign", 0.4, 0.68, 0.1, 0.16))
    assert "fixed to something" in sign.decline(subcategory, value)


@pytest.mark.parametrize(
    ("subcategory", "value"), [("spatial", "left"), ("count", "one more"), ("shape", "wavy"), ("remove", "")]
)
def test_an_object_amid_others_is_not_cut_out(bench: Bench, subcategory: Subcategory, value: str) -> None:
    behind = ellipse("horse", 0.4, 0.68, 0.3, 0.3)
    amid = bench.holding(bench.boxes[0], behind)
    assert "meets other objects along" in amid.decline(subcategory, value)


def test_a_table_is_no_obstacle_to_what_lies_on_it(bench: Bench) -> None:
    table = bench.holding(bench.boxes[0], ellipse("dining table", 0.5, 0.7, 0.5, 0.3))
    assert table.edit("remove").details["steps"][0]["object"] == "barrel"
