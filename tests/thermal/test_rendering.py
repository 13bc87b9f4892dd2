"""A picture of temperatures shows what its row says, and the row says what was done."""

from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from irloom.errors import ThermalFileError
from irloom.thermal.palettes import build_table
from irloom.thermal.picture_settings import PaletteName, PictureSettings, Side
from irloom.thermal.rendering import encode_png, render
from irloom.thermal.stretch import choose_levels
from irloom.thermal.thermogram import Thermogram

PALETTES: tuple[PaletteName, ...] = get_args(PaletteName)
SIDES: tuple[Side, ...] = get_args(Side)


def make(celsius: NDArray[np.floating]) -> Thermogram:
    return Thermogram(kelvin=(celsius + 273.15).astype(np.float32), form="made")


SLOPE = make(np.linspace(10, 30, 80 * 60).reshape(60, 80))
SKEWED = make(np.concatenate([np.full(900, 20.0), np.linspace(20, 120, 100)]).reshape(40, 25))
"""Nine tenths are at 20 °C, and a few pixels far above."""


def test_hot_is_white_cold_is_black_and_the_row_says_the_range() -> None:
    picture = render(SLOPE, PictureSettings())
    assert picture.pixels.shape == (60, 80, 3)
    assert picture.pixels[0, 0].tolist() == [0, 0, 0]
    assert picture.pixels[-1, -1].tolist() == [255, 255, 255]
    said = picture.rendered
    assert (said.low_c, said.high_c, said.below, said.above, said.missing) == (10.0, 30.0, 0, 0, 0)
    assert said.picture == (0, 0, 80, 60)
    assert said.is_exact


def test_black_hot_is_white_hot_turned_over() -> None:
    white = render(SLOPE, PictureSettings()).pixels.astype(int)
    black = render(SLOPE, PictureSettings(palette="black_hot")).pixels.astype(int)
    assert (white + black == 255).all()


@pytest.mark.parametrize("name", PALETTES)
def test_a_palette_has_256_colours_that_differ(name: PaletteName) -> None:
    table = build_table(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert len({tuple(colour) for colour in table.tolist()}) > 200


def test_a_given_range_holds_and_what_is_beyond_is_counted() -> None:
    picture = render(SLOPE, PictureSettings(low_c=15, high_c=25))
    celsius = SLOPE.celsius
    assert picture.rendered.below == int((celsius < 15).sum()) > 0
    assert picture.rendered.above == int((celsius > 25).sum()) > 0
    assert (picture.pixels[celsius <= 15] == 0).all()
    assert (picture.pixels[celsius >= 25] == 255).all()
    middle = picture.pixels[np.unravel_index(np.abs(celsius - 20).argmin(), celsius.shape)]
    assert middle[0] in (127, 128)


def test_percentiles_leave_out_the_ends() -> None:
    said = render(SLOPE, PictureSettings(stretch="percentile", clip_percent=10)).rendered
    assert (said.low_c, said.high_c, said.clip_percent) == (12.0, 28.0, 10)
    assert said.below == said.above == 480


def test_a_plateau_lies_between_even_and_equalised() -> None:
    def spread(plateau: float) -> float:
        settings = PictureSettings(stretch="plateau", plateau=plateau)
        return float(choose_levels(SKEWED.celsius, settings).measure(np.array([20.2]))[0])

    assert spread(1e-6) < 0.03 < spread(50) < spread(1_000_000)
    assert spread(1_000_000) == pytest.approx(0.9, abs=0.01)


def test_a_level_leads_back_to_its_temperature() -> None:
    for settings in (PictureSettings(), PictureSettings(stretch="plateau", plateau=20)):
        levels = choose_levels(SLOPE.celsius, settings)
        celsius = np.array([10.0, 13.7, 22.2, 30.0])
        back = [levels.invert(float(level)) for level in levels.measure(celsius)]
        assert back == pytest.approx(celsius.tolist(), abs=0.05)


def test_a_flat_picture_is_grey_under_every_stretch_and_detail() -> None:
    flat = make(np.full((20, 20), 21.0))
    for stretch in ("linear", "percentile", "plateau"):
        for detail in ("none", "unsharp", "clahe"):
            settings = PictureSettings.model_validate({"stretch": stretch, "detail": detail})
            assert (render(flat, settings).pixels == 128).all()


def test_missing_pixels_are_counted_and_do_not_stretch_the_rest() -> None:
    celsius = SLOPE.celsius.copy()
    celsius[:2] = np.nan
    for detail in ("none", "unsharp", "clahe"):
        picture = render(make(celsius), PictureSettings.model_validate({"detail": detail}))
        assert picture.rendered.missing == 160
        assert (picture.pixels[:2] == 0).all()
        assert picture.pixels[2:].max() > 200


def test_a_picture_without_any_temperature_in_range_is_refused() -> None:
    with pytest.raises(ThermalFileError, match="no pixel has a temperature"):
        render(make(np.full((4, 4), np.nan)), PictureSettings())
    with pytest.raises(ThermalFileError, match=r"range to show is empty, 50 to 30"):
        render(SLOPE, PictureSettings(low_c=50))


@pytest.mark.parametrize("detail", ["unsharp", "clahe"])
def test_detail_raises_the_contrast_of_small_things_and_is_said(detail: str) -> None:
    celsius = np.linspace(10, 60, 100 * 100).reshape(100, 100)
    celsius[50, ::4] += 1.0
    plain = render(make(celsius), PictureSettings()).pixels[50, :, 0].astype(float)
    picture = render(make(celsius), PictureSettings.model_validate({"detail": detail, "detail_strength": 2}))
    assert np.ptp(picture.pixels[50, 8:-8, 0].astype(float)) > 1.4 * np.ptp(plain[8:-8])
    assert (picture.rendered.detail, picture.rendered.detail_strength) == (detail, 2)
    assert not picture.rendered.is_exact


@pytest.mark.parametrize("side", SIDES)
def test_a_bar_stands_beside_the_picture_and_leaves_it_as_it_is(side: Side) -> None:
    plain = render(SLOPE, PictureSettings(palette="iron", enlarge=4))
    framed = render(SLOPE, PictureSettings(palette="iron", enlarge=4, bar=side))
    left, top, right, bottom = framed.rendered.picture
    np.testing.assert_array_equal(framed.pixels[top:bottom, left:right], plain.pixels)
    assert framed.rendered.ticks_c == (10.0, 15.0, 20.0, 25.0, 30.0)
    assert framed.rendered.bar == side
    assert framed.pixels.size > plain.pixels.size
    area = framed.rendered.bar_area
    assert area is not None
    bar = framed.pixels[area[1] : area[3], area[0] : area[2]]
    table = build_table("iron")
    cold, hot = (bar[-1, 0], bar[0, 0]) if side in ("left", "right") else (bar[0, 0], bar[0, -1])
    assert (cold.tolist(), hot.tolist()) == (table[0].tolist(), table[255].tolist())
    assert area[2] <= left or area[0] >= right or area[3] <= top or area[1] >= bottom


def test_the_bar_of_a_plateau_says_the_temperatures_of_its_colours() -> None:
    said = render(
        SKEWED, PictureSettings(stretch="plateau", plateau=100, bar="right", ticks=3, enlarge=4)
    ).rendered
    assert said.ticks_c[0] == 20.0
    assert said.ticks_c[-1] == 120.0
    assert said.ticks_c[1] < 60


def test_more_ticks_than_have_room_are_refused_with_what_to_do() -> None:
    with pytest.raises(ThermalFileError, match="enlarge it, or take fewer ticks"):
        render(SLOPE, PictureSettings(bar="bottom"))
    assert render(SLOPE, PictureSettings(bar="bottom", ticks=2, enlarge=2)).rendered.ticks_c == (10.0, 30.0)


def test_the_same_temperatures_and_settings_give_the_same_bytes() -> None:
    settings = PictureSettings(palette="rainbow", stretch="plateau", detail="clahe", bar="left", enlarge=3)
    one, other = (encode_png(render(SLOPE, settings).pixels) for _ in range(2))
    assert one == other
    assert one.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"low_c": 20, "high_c": 20}, "not below"),
        ({"low_c": 20, "stretch": "plateau"}, "for the stretch linear"),
        ({"ticks": 9}, "without effect: it needs a bar"),
        ({"plateau": 9, "stretch": "percentile"}, "it needs stretch plateau"),
        ({"clip_percent": 9}, "it needs stretch percentile"),
        ({"detail_strength": 2}, "it needs detail"),
        ({"ticks": 1}, "greater than or equal to 2"),
        ({"palette": "mauve"}, "white_hot"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        PictureSettings.model_validate(said)
