from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection

from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def curve_of(drawn: Drawn, label: str) -> np.ndarray:
    (line,) = (line for line in drawn.ax.lines if line.get_label() == label)
    return np.column_stack([line.get_xdata(), line.get_ydata()])


def test_a_curve_runs_through_the_values_of_its_equation(draw: Draw) -> None:
    drawn = draw("Find the local maximum of the function f(x) = x^3 - 3x.")
    x, y = curve_of(drawn, "$f(x) = x^{3} - 3x$").T
    assert y == pytest.approx(x**3 - 3 * x)
    assert x[0] < -1.8
    assert x[-1] > 1.8


def test_roots_extrema_and_crossings_lie_in_the_window(draw: Draw) -> None:
    drawn = draw(
        "The cost function is C(x) = 500 + 3x, the revenue function is R(x) = 8x. Where are they equal?"
    )
    x1, x2, y1, y2 = drawn.names["window"]
    assert x1 < 100 < x2
    assert y1 < 800 < y2


def test_poles_lie_in_the_window_and_are_not_joined(draw: Draw) -> None:
    drawn = draw("Find the asymptotes of the graph of y = (x + 1)/(x^2 - 4).")
    x, y = curve_of(drawn, r"$y = \frac{x + 1}{x^{2} - 4}$").T
    assert x[0] < -2 < 2 < x[-1]
    assert np.isnan(y).any()


def test_a_given_interval_is_the_window(draw: Draw) -> None:
    drawn = draw(r"Find the range of the function f(x) = 2 sin(3x) + 1 on the interval [0, 2\pi].")
    assert drawn.names["window"][:2] == pytest.approx([0, 2 * np.pi], rel=1e-2)


def test_the_enclosed_region_is_shaded_between_the_crossings_and_named(draw: Draw) -> None:
    drawn = draw("Let R be the region enclosed by y = x^2 and y = x + 2. Find its area.")
    (shade,) = (one for one in drawn.ax.collections if isinstance(one, FillBetweenPolyCollection))
    xs = np.asarray(shade.get_paths()[0].vertices)[:, 0]
    assert (xs.min(), xs.max()) == pytest.approx((-1, 2), abs=1e-3)
    assert "R" in drawn.texts


def test_a_line_about_which_something_turns_bounds_no_region(draw: Draw) -> None:
    drawn = draw("The region bounded by y = sqrt(x), the x-axis and x = 4 is revolved about the line y = 3.")
    assert drawn.names["shaded"] == pytest.approx([0, 4], abs=1e-3)
    assert any("about which" in element for element in drawn.figure.elements)


def test_conics_are_drawn_whole_with_equal_scales(draw: Draw) -> None:
    drawn = draw("Find the foci of the ellipse (x - 1)^2/16 + (y + 2)^2/9 = 1.")
    contour = np.asarray(drawn.ax.collections[0].get_paths()[0].vertices)
    assert np.ptp(contour[:, 0]) == pytest.approx(8, abs=0.05)
    assert np.ptp(contour[:, 1]) == pytest.approx(6, abs=0.05)
    assert drawn.ax.get_aspect() == 1


def test_the_answer_is_in_no_label(draw: Draw) -> None:
    drawn = draw("Where does the line y = 2x + 1 intersect the circle x^2 + y^2 = 25?")
    assert drawn.texts == {"$y = 2x + 1$", "$x^{2} + y^{2} = 25$"}


def test_a_duration_that_is_no_part_of_the_graph_stands_below_it(draw: Draw) -> None:
    drawn = draw(
        "The power P (in watts) is modeled by P(t) = 100 + 50 sin(2πt). How much is used in 10 hours?"
    )
    assert "10 h" in drawn.texts
    assert drawn.ax.get_ylabel() == "P(t) (watts)"
