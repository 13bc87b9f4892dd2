"""What stands in a figure and what a problem says are compared however either is written."""

import pytest

from irloom.agents.values import Wording, find_values, flatten, holds_value


@pytest.mark.parametrize(
    "alike",
    [
        (r"$v_0 = 5\,\mathrm{m/s}$", "v₀ = 5 m/s", "v0=5m/s", "$v_{0}=5$ m/s"),
        (r"$30^\circ$", "30°", "30 degrees", "30 deg"),
        ("10^9 Ω", r"$10^{9}\,\Omega$", "10⁹ Ω"),
        (r"$\frac{1}{2}$", "1/2"),
        ("5 μm", "5 µm", r"$5\,\mu m$"),
        ("-3", "−3", "–3"),
        ("12,000 N", "12000 N"),
    ],
)
def test_ways_to_write_the_same_are_the_same(alike: tuple[str, ...]) -> None:
    assert len({flatten(text) for text in alike}) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("m = 5 kg", "5kg"),
        ("A block of mass 2 kg rests there", "2 kg"),
        ("an incline of 30 degrees", "30°"),
        ("A", "A"),
        ("Length: AB = 3 cm", "AB = 3 cm"),
        ("MASS OF THE BLOCK", "mass of the block"),
    ],
)
def test_a_value_is_found_as_a_whole(text: str, value: str) -> None:
    assert holds_value([text], value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15 kg", "5 kg"),
        ("2.5 m", "5 m"),
        ("5.5", "5"),
        ("5", "5.5"),
        ("AB", "A"),
        ("a", "A"),
        ("5 kgm", "5 kg"),
        ("1 5", "15"),
        ("anything", ""),
    ],
)
def test_a_part_of_another_value_is_not_the_value(text: str, value: str) -> None:
    assert not holds_value([text], value)


def test_values_are_found_with_their_units() -> None:
    found = find_values(r"Angle of 30° at the foot, mass 2.5 kg, 3 × 10^8 m/s, $\mu$ = 0.3")
    assert found == ["30°", "2.5 kg", "3 x 10^8 m/s", "0.3"]


def test_a_value_does_not_reach_from_one_text_into_the_next() -> None:
    assert not Wording(["AB = 3", "cm wide"]).holds("AB = 3 cm")
    assert Wording(["AB = 3", "AB = 3 cm"]).holds("AB = 3 cm")


def test_a_value_that_stands_within_a_word_first_is_found_where_it_stands_alone() -> None:
    assert Wording(["15 kg and 5 kg"]).holds("5 kg")
