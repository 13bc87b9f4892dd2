"""Families that have one way to be drawn: troughs, shadows, orbits, films, levels, charges."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.patches import Circle

from irloom.backends.offline.figures.figure import Unsupported
from support.problems import SUPPORTED
from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_a_trough_is_as_wide_as_it_should_be_at_the_level_of_the_water(draw: Draw) -> None:
    drawn = draw(SUPPORTED["troughs"][0][0])
    water = np.asarray(drawn.ax.patches[0].get_path().vertices)
    assert np.ptp(water[water[:, 1] > 0.05][:, 0]) == pytest.approx(30)
    wall = drawn.strokes[0]
    assert np.ptp(wall[:, 0]) / np.ptp(wall[:, 1]) == pytest.approx(60 / 40)


def test_a_trough_in_feet_and_inches_has_one_scale(draw: Draw) -> None:
    drawn = draw(SUPPORTED["troughs"][1][0])
    assert drawn.names["water"] / drawn.names["depth"] == pytest.approx(0.5)


def test_a_ray_goes_over_the_head_to_the_end_of_the_shadow(draw: Draw) -> None:
    drawn = draw(SUPPORTED["shadows"][0][0])
    (ray,) = (stroke for stroke in drawn.strokes if stroke[0].tolist() == [0, 0] and stroke[-1, 1] > 0)
    assert ray[-1, 1] == pytest.approx(1.8 * 10 / 6)
    assert not any("3" in text for text in drawn.texts)


def test_an_orbit_is_to_scale_with_its_planet(draw: Draw) -> None:
    drawn = draw(SUPPORTED["orbits"][0][0])
    planet, orbit = (patch.radius for patch in drawn.ax.patches if isinstance(patch, Circle))
    assert orbit / planet == pytest.approx(8370 / 6370)


def test_a_film_has_its_indices_from_a_list_in_the_text(draw: Draw) -> None:
    drawn = draw(
        "A film of gasoline floats on a puddle of water. Sunlight falls perpendicularly. Destructive "
        "interference eliminates one color (485 nm). The refractive indices of light in gasoline and water "
        "are 1.40 and 1.33."
    )
    assert {"gasoline, n = 1.40", "water, n = 1.33", "485 nm: destructive"} <= drawn.texts


def test_levels_of_hydrogen_are_at_their_heights_without_their_values(draw: Draw) -> None:
    drawn = draw(SUPPORTED["levels"][0][0])
    two, three, four = (drawn.names["levels"][f"n = {n}"] for n in (2, 3, 4))
    assert (three - two) / (four - two) == pytest.approx((1 / 4 - 1 / 9) / (1 / 4 - 1 / 16), rel=1e-4)
    assert not any("eV" in text for text in drawn.texts)


def test_an_absorbed_photon_lifts_the_electron(draw: Draw) -> None:
    drawn = draw(SUPPORTED["levels"][1][0])
    assert drawn.names["start"].startswith("2s")
    assert drawn.names["end"].startswith("3s")
    assert drawn.names["emitted"] is False


def test_charges_are_at_their_places_in_the_colour_of_their_sign(draw: Draw) -> None:
    drawn = draw(SUPPORTED["charges"][0][0])
    placed = {(x, y): color for x, y, _, color, _ in drawn.names["places"]}
    assert placed == {(0, 0): "tab:red", (4, 0): "tab:blue", (4, 3): "black"}


def test_a_place_outside_the_plane_is_refused(draw: Draw) -> None:
    with pytest.raises(Unsupported, match="outside the plane"):
        draw("A charge of 3 μC is at (0, 0, 2) m. Find the field at (1, 0, 0) m.")
