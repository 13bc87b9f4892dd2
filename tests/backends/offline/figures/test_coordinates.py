from collections.abc import Callable

from matplotlib.patches import Circle, Polygon

from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_a_triangle_has_its_corners_where_the_coordinates_say(draw: Draw) -> None:
    drawn = draw("Find the area of the triangle with vertices A(1, 2), B(5, 2) and C(3, 7).")
    (outline,) = (patch for patch in drawn.ax.patches if isinstance(patch, Polygon))
    assert outline.get_xy()[:3].tolist() == [[1, 2], [5, 2], [3, 7]]
    assert drawn.ax.get_aspect() == 1


def test_a_segment_is_not_closed(draw: Draw) -> None:
    drawn = draw("What is the distance between the points P(-2, 3) and Q(4, -1)?")
    assert not drawn.ax.patches
    assert any(stroke.tolist() == [[-2, 3], [4, -1]] for stroke in drawn.strokes)


def test_a_circle_has_its_centre_and_radius(draw: Draw) -> None:
    drawn = draw("Find the equation of the circle with center (2, -1) and radius 3.")
    (circle,) = (patch for patch in drawn.ax.patches if isinstance(patch, Circle))
    assert (circle.center, circle.radius) == ((2, -1), 3)
    assert drawn.texts == {"(2, -1)", "r = 3"}
