"""Steps of an edit, as models write them."""

from typing import Any

import pytest

from irloom.agents.edit_steps import read_steps

STEP = {
    "subcategory": "color",
    "instruction": "Make the car blue.",
    "object": 1,
    "what": "the car",
    "value": "blue",
    "region": None,
}


def test_a_step_is_read_with_its_target_and_value() -> None:
    (step,) = read_steps([STEP], 2, "color")
    assert (step.subcategory, step.target, step.what, step.value, step.region) == (
        "color",
        1,
        "the car",
        "blue",
        None,
    )


@pytest.mark.parametrize("number", [0, 3, -1, "1", 1.0, True, None])
def test_a_target_that_is_no_annotated_object_is_taken_for_none(number: object) -> None:
    (step,) = read_steps([{**STEP, "object": number}], 2, "color")
    assert step.target is None


@pytest.mark.parametrize(
    ("region", "read"),
    [
        ([0.1, 0.2, 0.5, 0.6], (0.1, 0.2, 0.5, 0.6)),
        ([0, 0, 1, 1], (0.0, 0.0, 1.0, 1.0)),
        ([0.5, 0.2, 0.1, 0.6], None),
        ([10, 20, 300, 400], None),
        ([0.1, 0.2, 0.5], None),
        (["a", 0, 1, 1], None),
        ("everywhere", None),
    ],
)
def test_a_region_counts_only_inside_the_image(region: object, read: object) -> None:
    (step,) = read_steps([{**STEP, "region": region}], 2, "color")
    assert step.region == read


@pytest.mark.parametrize(
    "change",
    [
        {"instruction": "  "},
        {"instruction": None},
        {"subcategory": "texture"},
        {"subcategory": "complex"},
        {"subcategory": "painting"},
    ],
)
def test_one_step_that_cannot_be_used_spoils_them_all(change: dict[str, Any]) -> None:
    assert read_steps([STEP, {**STEP, **change}], 2, "color") == ()


@pytest.mark.parametrize("found", [None, [], "blue", {"steps": []}, ["blue"]])
def test_what_is_no_list_of_steps_is_none(found: object) -> None:
    assert read_steps(found, 2, "color") == ()


def test_other_spellings_of_a_subcategory_are_known_and_a_missing_one_is_the_one_asked_for() -> None:
    named = [{**STEP, "subcategory": name} for name in ("Colour", " COLOR ", "", None)]
    assert {step.subcategory for step in read_steps(named, 2, "color")} == {"color"}
    (view,) = read_steps([{**STEP, "subcategory": "View"}], 2, None)
    assert view.subcategory == "viewpoint"
