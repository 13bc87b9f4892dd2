from collections.abc import Callable

import pytest

from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def radius_of(drawn: Drawn) -> float:
    return float(drawn.names["circles"][0][1])


def test_a_chord_has_its_length(draw: Draw) -> None:
    drawn = draw("A chord AB of a circle of radius 10 cm has length 16 cm. How far is it from the centre?")
    assert drawn.length("A", "B") / radius_of(drawn) == pytest.approx(1.6, rel=1e-4)
    assert drawn.texts >= {"16 cm", "10 cm"}
    assert "6 cm" not in drawn.texts


def test_a_chord_has_its_distance_from_the_centre(draw: Draw) -> None:
    drawn = draw(
        "A circle with centre O has radius 13 cm. A chord AB is 5 cm from the centre. How long is it?"
    )
    assert drawn.length("O", "foot") / radius_of(drawn) == pytest.approx(5 / 13, rel=1e-4)
    assert drawn.length("O", "A") / radius_of(drawn) == pytest.approx(1, rel=1e-4)


def test_a_tangent_stands_at_a_right_angle_to_its_radius(draw: Draw) -> None:
    drawn = draw(
        "Point P is 13 cm from the center of a circle with radius 5 cm. How long is a tangent from P?"
    )
    assert drawn.angle("touch", "O", "P") == pytest.approx(90, abs=1e-2)
    assert drawn.length("O", "P") / radius_of(drawn) == pytest.approx(13 / 5, rel=1e-4)


def test_a_central_angle_has_its_size(draw: Draw) -> None:
    drawn = draw("A sector of a circle of radius 6 cm has a central angle of 60°. Find its area.")
    assert drawn.angle("O", "first rim", "second rim") == pytest.approx(60, abs=1e-2)


def test_an_inscribed_angle_has_its_size_and_its_points_on_the_circle(draw: Draw) -> None:
    drawn = draw("In a circle of radius 8 cm the inscribed angle ABC = 35° is drawn. Find the arc.")
    assert drawn.angle("B", "A", "C") == pytest.approx(35, abs=1e-2)
    for name in "ABC":
        assert drawn.length("O", name) == pytest.approx(radius_of(drawn), rel=1e-4)


def test_a_diameter_goes_through_the_centre(draw: Draw) -> None:
    drawn = draw("The diameter of a circle is 14 cm. Find its circumference.")
    assert drawn.length("other rim", "rim") == pytest.approx(2 * radius_of(drawn), rel=1e-4)
    assert drawn.texts == {"14 cm"}
