"""A habit is counted where a reply shows it, and nowhere else."""

from typing import Any

import pytest

from irloom.pipelines.evaluate.sets.habits import has_sides, is_shifted, is_swapped
from irloom.pipelines.evaluate.sets.results import Scored


def make(kind: str, right: str, read: str, **more: Any) -> Scored:
    usual: dict[str, Any] = {
        "sample": "1", "task": "t", "cluster": "c", "strict_group": None, "question": "?", "options": {},
        "within": 0.0, "guesses": {}, "truth": {}, "reply": read, "is_right": right == read,
    } | more  # fmt: skip
    return Scored(kind=kind, right=right, read=read, **usual)


@pytest.mark.parametrize(
    ("right", "read", "within", "shifted"),
    [
        ("36.5", "365", 1.0, True),
        ("36.5", "3.65", 1.0, True),
        ("36.5", "3650", 1.0, True),
        ("36.5", "31", 1.0, False),
        ("11", "110", 0.0, True),
        ("0", "5", 0.0, False),
        ("0.4", "6", 1.0, False),
        ("1.2", "0.1", 1.0, False),
        ("1.2", "12.4", 1.0, True),
        ("-4", "-0.4", 1.0, True),
    ],
)
def test_a_shift_is_a_wrong_number_with_the_right_digits(
    right: str, read: str, within: float, shifted: bool
) -> None:
    assert is_shifted(make("temperature", right, read, within=within)) == shifted


def test_a_choice_has_sides_where_the_mirror_image_of_the_right_option_stands_among_the_others() -> None:
    options = {"A": "on the Left", "B": "on the right", "C": "above"}
    swapped = make("choice", "A", "B", options=options)
    assert has_sides(swapped)
    assert is_swapped(swapped)
    assert not is_swapped(make("choice", "A", "C", options=options))
    assert not has_sides(make("choice", "C", "B", options=options))
    assert not has_sides(make("choice", "A", "B", options={"A": "left", "B": "above"}))


def test_a_yes_or_no_has_sides_where_its_words_do() -> None:
    assert is_swapped(make("yes_no", "yes", "no", question="Is the car left of the bus?"))
    assert not has_sides(make("yes_no", "yes", "no", question="Is a car leftover?"))
