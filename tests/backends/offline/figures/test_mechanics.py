from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.patches import Polygon

from irloom.backends.offline.figures.mechanics import take_friction, take_gravity, take_mass
from irloom.backends.offline.figures.statement import Statement
from support.scripts import Drawn

Draw = Callable[[str], Drawn]


def test_each_coefficient_of_friction_is_read_with_its_kind() -> None:
    statement = Statement("The coefficients are μ_s = 0.5 and the coefficient of kinetic friction is 0.3.")
    assert sorted(take_friction(statement)) == [r"$\mu_k$ = 0.3", r"$\mu_s$ = 0.5"]
    assert statement.list_leftovers() == []


def test_a_smooth_surface_is_frictionless() -> None:
    assert take_friction(Statement("A block on a smooth plane.")) == ["frictionless"]
    assert take_friction(Statement("A block on a rough plane.")) == []


def test_mass_and_gravity_are_read_as_they_are_written() -> None:
    statement = Statement("A box with mass m = 2.50 kg falls (g = 9.81 m/s²).")
    mass = take_mass(statement)
    assert mass is not None
    assert mass.label == "2.50 kg"
    assert take_gravity(statement) == ["$g$ = 9.81 m/s$^2$"]
    assert statement.list_leftovers() == []


@pytest.mark.parametrize("angle", [12, 30, 62])
def test_the_plane_has_its_angle_and_the_block_lies_on_it(draw: Draw, angle: int) -> None:
    drawn = draw(f"A block of mass 2 kg rests on a frictionless incline of {angle}°. Find its acceleration.")
    plane, block = (
        drawn.strokes[0],
        next(one for one in drawn.ax.patches if isinstance(one, Polygon)).get_xy(),
    )
    slopes = [end - start for start, end in ((plane[0], plane[1]), (block[0], block[1]))]
    assert np.degrees([np.arctan2(slope[1], slope[0]) for slope in slopes]) == pytest.approx([angle, angle])
    assert drawn.texts == {"2 kg", f"{angle}°", "frictionless"}


def test_a_path_is_the_one_of_free_fall(draw: Draw) -> None:
    drawn = draw("A ball is thrown horizontally at 12 m/s from a cliff 45 m high. Where does it land?")
    x, y = drawn.names["x"], drawn.names["y"]
    assert (x[0], y[0], y[-1]) == pytest.approx((0, 45, 0), abs=1e-6)
    assert x[-1] == pytest.approx(12 * np.sqrt(2 * 45 / 9.8))
    assert drawn.texts == {"12 m/s", "45 m"}


def test_a_speed_in_other_units_gives_the_path_in_metres(draw: Draw) -> None:
    drawn = draw("A projectile is fired at 72 km/h and 45° over level ground. Find its range.")
    assert drawn.names["x"][-1] == pytest.approx(20**2 / 9.8, rel=1e-3)
    assert "72 km/h" in drawn.texts


def test_the_mass_that_hangs_is_the_one_that_the_text_lets_hang(draw: Draw) -> None:
    for text in (
        "A 3 kg mass hangs from a string over a pulley that is tied to a 5 kg mass on a table.",
        "A block of 5 kg on a table is connected by a string over a pulley to a hanging mass of 3 kg.",
    ):
        drawn = draw(text)
        assert (drawn.names["resting_label"], drawn.names["hanging_label"]) == ("5 kg", "3 kg")
