from collections.abc import Callable

import numpy as np
import pytest

from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_the_object_and_the_focal_points_are_at_their_distances(draw: Draw) -> None:
    drawn = draw(
        "An object 3 cm tall is 30 cm in front of a convex lens of focal length 10 cm. Where is its image?"
    )
    points = sorted(stroke[0, 0] for stroke in drawn.strokes if len(stroke) == 1)
    assert points == [-10, 10]
    assert (drawn.names["distance"], drawn.names["tall"]) == (30, pytest.approx(0.35 * 30))


def test_no_ray_goes_on_behind_the_lens_and_no_image_is_drawn(draw: Draw) -> None:
    drawn = draw(
        "An object 9 cm tall is 30 cm in front of a convex lens of focal length 10 cm. Where is its image?"
    )
    rays = [line for line in drawn.ax.lines if line.get_color() == "tab:orange"]
    assert len(rays) == 2
    assert all(np.max(line.get_xdata()) <= 0 for line in rays)
    assert drawn.names["tall"] == 9
    assert not any("image" in text for text in drawn.texts)
    assert drawn.figure.forbidden == ("image",)


def test_a_mirror_with_a_radius_of_curvature_shows_its_centre_and_not_its_focus(draw: Draw) -> None:
    drawn = draw(
        "A candle is 15 cm from a concave mirror with a radius of curvature of 20 cm. Where is the image?"
    )
    assert {"C", "20 cm", "15 cm"} <= drawn.texts
    assert "F" not in drawn.texts


def test_a_convex_mirror_has_its_focus_behind_it(draw: Draw) -> None:
    drawn = draw(
        "A 6.0 cm high object is 25 cm from a convex mirror whose focal length is 15 cm. Find the image."
    )
    assert drawn.names["place"] == 15


def test_lengths_in_different_units_share_one_scale(draw: Draw) -> None:
    drawn = draw("An object is placed 0.5 m from a convex lens of focal length 20 cm. Locate the image.")
    assert drawn.names["focal"] / drawn.names["distance"] == pytest.approx(0.4)
    assert {"0.5 m", "20 cm"} <= drawn.texts
