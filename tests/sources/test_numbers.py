"""One reader for every number: what a tool wrote as 5, 5.0 or "5" is five."""

import math

import pytest

from irloom.sources.numbers import read_flag, read_id, read_number, read_numbers, read_side


@pytest.mark.parametrize(
    ("given", "text"),
    [
        *((7, "7"), (-1, "-1"), (2**70, str(2**70)), ("a/../b\0 ü", "a/../b\0 ü")),
        *((493652.0, "493652"), (-0.0, "0"), ("493652.0", "493652"), (" 5 ", "5"), ("5.", "5")),
        *(
            ("007", "007"),
            ("5.5", "5.5"),
            ("5e3", "5e3"),
            ("5.0.0", "5.0.0"),
            ("000000493652", "000000493652"),
        ),
    ],
)
def test_whole_numbers_and_texts_are_ids(given: object, text: str) -> None:
    assert read_id(given) == text


@pytest.mark.parametrize(
    "given", [None, True, 1.5, math.nan, math.inf, 1e300, [], {}, "", "x" * 201, "\ud800", "1" * 201]
)
def test_anything_else_is_no_id(given: object) -> None:
    assert read_id(given) is None


@pytest.mark.parametrize(
    ("given", "number"),
    [(5, 5.0), (5.25, 5.25), ("5.25", 5.25), (" -5 ", -5.0), ("1e2", 100.0), ("+.5", 0.5), ("5.", 5.0)],
)
def test_a_number_is_a_number_however_it_is_written(given: object, number: float) -> None:
    assert read_number(given) == number


@pytest.mark.parametrize(
    "given", ["", "five", "5,5", "0x5", "nan", "inf", "1_000", "5 px", True, None, [5], 10**400, "1e999", "٥"]
)
def test_what_is_no_finite_number_is_none(given: object) -> None:
    assert read_number(given) is None


def test_lists_of_numbers_may_mix_their_spellings() -> None:
    assert read_numbers([1, 2.5, "3", " 4.0 "]) == [1.0, 2.5, 3.0, 4.0]
    assert read_numbers([1, 2, 3, "four"]) is None
    assert read_numbers([1, True]) is None


@pytest.mark.parametrize("given", [640, 640.0, "640", "640.0"])
def test_a_side_is_a_whole_number_of_pixels(given: object) -> None:
    assert read_side(given) == 640


@pytest.mark.parametrize("given", [0, -5, 2.5, "2.5", None, True, 10**7])
def test_what_no_image_measures_is_no_side(given: object) -> None:
    assert read_side(given) is None


def test_a_flag_is_set_by_one() -> None:
    assert all(map(read_flag, (1, 1.0, "1", "1.0", True)))
    assert not any(map(read_flag, (0, "0", 0.0, False, None, 2, "true", [1])))
