from collections.abc import Callable

import pytest

from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_two_sides_and_the_angle_between_them_are_to_scale(draw: Draw) -> None:
    drawn = draw("In triangle ABC, AB = 7 cm, BC = 9 cm and angle B = 50°. Find AC.")
    assert drawn.length("A", "B") / drawn.length("B", "C") == pytest.approx(7 / 9, rel=1e-4)
    assert drawn.angle("B", "A", "C") == pytest.approx(50, abs=1e-2)
    assert drawn.texts == {"A", "B", "C", "7 cm", "9 cm", "50°"}


def test_two_angles_and_a_side_are_to_scale(draw: Draw) -> None:
    drawn = draw("In triangle DEF, angle D = 40°, E = 75° and DE = 12. Find EF.")
    assert drawn.angle("D", "E", "F") == pytest.approx(40, abs=1e-2)
    assert drawn.angle("E", "D", "F") == pytest.approx(75, abs=1e-2)


def test_a_right_angle_stands_at_its_corner_and_is_marked(draw: Draw) -> None:
    drawn = draw("In right triangle ABC with angle C = 90°, AC = 9 and AB = 15. Find BC.")
    assert drawn.angle("C", "A", "B") == pytest.approx(90, abs=1e-2)
    assert drawn.length("A", "B") / drawn.length("A", "C") == pytest.approx(15 / 9, rel=1e-4)
    assert [mark[0] for mark in drawn.names["right_angles"]] == ["C"]
    assert "90°" not in drawn.texts


def test_an_isosceles_triangle_has_its_equal_sides_labelled_alike(draw: Draw) -> None:
    drawn = draw("An isosceles triangle has a base of 10 cm and equal sides of 13 cm. Find its height.")
    lengths = sorted(drawn.length(one, other) for one, other in drawn.names["sides"])
    assert lengths == pytest.approx([10, 13, 13], rel=1e-4)
    assert drawn.figure.labels.count("13 cm") == 1


def test_an_altitude_meets_its_side_at_a_right_angle(draw: Draw) -> None:
    drawn = draw("In triangle ABC, a = 7, b = 8 and c = 5. The altitude AD meets BC at D. Find AD.")
    assert drawn.angle("D", "A", "B") == pytest.approx(90, abs=1e-2)
    assert drawn.length("B", "D") + drawn.length("D", "C") == pytest.approx(7, rel=1e-3)


def test_a_median_ends_in_the_middle_of_its_side(draw: Draw) -> None:
    drawn = draw("In triangle ABC, AB = 8, AC = 6 and angle A = 60°. Find the median AM.")
    assert drawn.length("B", "M") == pytest.approx(drawn.length("M", "C"), rel=1e-4)


def test_a_bisector_halves_its_angle(draw: Draw) -> None:
    drawn = draw("In triangle ABC, AB = 8, AC = 5 and angle A = 70°. AD is the angle bisector. Find BD.")
    assert drawn.angle("A", "B", "D") == pytest.approx(35, abs=1e-2)


def test_what_has_to_be_calculated_is_not_labelled(draw: Draw) -> None:
    drawn = draw("A right triangle has legs of 6 cm and 8 cm. Find the hypotenuse.")
    assert drawn.texts == {"6 cm", "8 cm"}
