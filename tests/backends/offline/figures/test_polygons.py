from collections.abc import Callable

import pytest

from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_a_rectangle_has_its_sides_in_proportion_and_its_diagonal_dashed(draw: Draw) -> None:
    drawn = draw("Rectangle ABCD has AB = 8 and BC = 6. Find the diagonal AC.")
    assert drawn.length("A", "B") / drawn.length("B", "C") == pytest.approx(8 / 6)
    assert drawn.angle("B", "A", "C") == pytest.approx(90)
    assert drawn.names["inner"] == [("A", "C")]
    assert drawn.texts == {"A", "B", "C", "D", "8", "6"}


def test_a_parallelogram_has_its_angle_at_the_named_corner(draw: Draw) -> None:
    drawn = draw("Parallelogram ABCD has AB = 10 cm, BC = 6 cm and angle B = 110°. Find its area.")
    assert drawn.angle("B", "A", "C") == pytest.approx(110, abs=1e-2)
    assert drawn.length("A", "B") / drawn.length("B", "C") == pytest.approx(10 / 6, rel=1e-4)
    assert drawn.length("A", "B") == pytest.approx(drawn.length("C", "D"), rel=1e-4)


def test_a_rhombus_is_drawn_from_its_diagonals(draw: Draw) -> None:
    drawn = draw("A rhombus has diagonals of 16 cm and 12 cm. Find its side.")
    assert drawn.length("A", "C") / drawn.length("B", "D") == pytest.approx(16 / 12)


def test_an_isosceles_trapezoid_has_equal_legs_and_its_height(draw: Draw) -> None:
    drawn = draw("An isosceles trapezoid has bases of 20 cm and 12 cm and a height of 8 cm. Find its legs.")
    assert drawn.length("A", "B") / drawn.length("C", "D") == pytest.approx(20 / 12)
    assert drawn.length("B", "C") == pytest.approx(drawn.length("D", "A"))
    assert drawn.length("D", "foot") / drawn.length("A", "B") == pytest.approx(8 / 20)


def test_a_right_trapezoid_has_a_right_angle(draw: Draw) -> None:
    drawn = draw("A right trapezoid has parallel sides of 9 and 5 and a height of 4. Find its area.")
    assert drawn.angle("A", "B", "D") == pytest.approx(90)
    assert drawn.length("D", "A") / drawn.length("A", "B") == pytest.approx(4 / 9)


def test_a_regular_hexagon_has_six_equal_sides_and_one_label(draw: Draw) -> None:
    drawn = draw("A regular hexagon has a side of 4 cm. Find its area.")
    lengths = [drawn.length(one, other) for one, other in drawn.names["sides"]]
    assert lengths == pytest.approx([lengths[0]] * 6, rel=1e-4)
    assert drawn.texts == {"4 cm"}
