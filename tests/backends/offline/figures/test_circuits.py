from collections.abc import Callable

import pytest

from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_a_series_circuit_has_its_parts_in_the_order_of_the_text(draw: Draw) -> None:
    drawn = draw("Resistors of 2, 4 and 6 ohms are connected in series to a 12 V battery. Find the current.")
    assert drawn.names["series"] == [("resistance", "2 Ω"), ("resistance", "4 Ω"), ("resistance", "6 Ω")]
    assert drawn.names["parallel"] == []
    assert (drawn.names["source"], drawn.names["source_label"]) == ("battery", "12 V")


@pytest.mark.parametrize(
    "text",
    [
        "A 4 Ω resistor is in series with a parallel combination of a 6 Ω and a 3 Ω one and a 12 V battery.",
        "R1 = 6 Ω is in parallel with R2 = 3 Ω, and both are in series with R3 = 4 Ω and a 12 V battery.",
    ],
)
def test_a_mixed_circuit_keeps_apart_what_is_in_series_and_in_parallel(draw: Draw, text: str) -> None:
    drawn = draw(text)
    assert [label[-3:] for _, label in drawn.names["series"]] == ["4 Ω"]
    assert [label[-3:] for label in drawn.names["parallel"]] == ["6 Ω", "3 Ω"]


def test_identical_resistors_are_as_many_as_the_text_says(draw: Draw) -> None:
    drawn = draw("Four resistors of 5 Ω each are connected in parallel. Find the equivalent resistance.")
    assert drawn.names["parallel"] == ["5 Ω"] * 4
    assert drawn.names["source"] == "terminals"


def test_an_alternating_source_is_drawn_as_one(draw: Draw) -> None:
    drawn = draw(
        "A 100 Ω resistor, a 0.5 H inductor and a 20 μF capacitor are in series with a 120 V, 60 Hz source."
    )
    assert [kind for kind, _ in drawn.names["series"]] == ["resistance", "inductance", "capacitance"]
    assert (drawn.names["source"], drawn.names["source_label"]) == ("ac", "120 V\n60 Hz")


def test_the_equivalent_resistance_is_in_no_label(draw: Draw) -> None:
    drawn = draw("A 6 Ω and a 3 Ω resistor are connected in parallel to a 9 V battery. Find the current.")
    assert drawn.texts == {"6 Ω", "3 Ω", "9 V"}
