import re

import pytest

from irloom.backends.offline.figures.quantities import (
    Quantity,
    measure,
    quantity,
    read_number,
    read_quantity,
    share_unit,
)


@pytest.mark.parametrize(
    ("text", "kind", "label", "base"),
    [
        ("a 12 cm rod", "length", "12 cm", 0.12),
        ("541,000 m away", "length", "541,000 m", 541000),
        ("30 degrees", "angle", "30°", 30),
        ("a 2110-kg station", "mass", "2110 kg", 2110),
        ("5.98 × 10^24 kg", "mass", r"$5.98 \times 10^{24}$ kg", 5.98e24),
        ("1.1 m per s", "speed", "1.1 m/s", 1.1),
        ("25 kilometers per hour", "speed", "25 km/h", 25 * 0.2778),
        ("0.200-mF", "capacitance", "0.200 mF", 2e-4),
        ("a 9.0-V battery", "voltage", "9.0 V", 9),
    ],
)
def test_a_quantity_keeps_its_number_and_gets_its_units_symbol(
    text: str, kind: str, label: str, base: float
) -> None:
    found = re.search(quantity(kind, "v"), text)
    assert found is not None
    read = read_quantity(found["v"])
    assert read.label == label
    assert read.base == pytest.approx(base)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5 m/s", "length"),
        ("2M NaOH", "length"),
        ("5 m^2", "length"),
        ("50 kg", "length"),
        ("8 mol", "length"),
    ],
)
def test_another_unit_is_not_taken_for_a_length(text: str, kind: str) -> None:
    assert re.search(quantity(kind, "v"), text) is None


def test_a_measure_may_lack_its_unit_but_has_no_other_one() -> None:
    assert [found["v"] for found in re.finditer(measure("v"), "3, 4 cm, 5 kg, 60°, 7")] == ["3", "4 cm", "7"]


def test_the_last_unit_is_the_one_of_all() -> None:
    assert share_unit([Quantity("3"), Quantity("4", "cm")]) == [Quantity("3", "cm"), Quantity("4", "cm")]
    mixed = [Quantity("3", "m"), Quantity("4", "cm")]
    assert share_unit(mixed) == mixed


@pytest.mark.parametrize(
    ("text", "value"), [("1.25 x 10^(25)", 1.25e25), ("1.7E+5", 1.7e5), ("- 3", -3), ("1,053", 1053)]
)
def test_numbers_are_read_as_problems_write_them(text: str, value: float) -> None:
    assert read_number(text) == value
