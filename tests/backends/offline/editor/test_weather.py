"""Rain, snow and fog."""

import cv2
import numpy as np
import pytest

from irloom.backends.offline.editor.planes import Pixels
from support.meadow import Bench, ellipse


def contrast(image: Pixels) -> float:
    return float(image.astype(float).std())


def test_fog_takes_more_from_what_is_far(bench: Bench) -> None:
    fog = bench.edit("weather", "fog", None).image
    grey = cv2.cvtColor(fog, cv2.COLOR_RGB2GRAY).astype(float)
    before = cv2.cvtColor(bench.before, cv2.COLOR_RGB2GRAY).astype(float)
    far, near = slice(85, 100), slice(165, 180)
    assert (
        grey[far, :60].std() / before[far, :60].std() < 0.7 * grey[near, :60].std() / before[near, :60].std()
    )
    assert contrast(fog) < contrast(bench.before)


def test_snow_is_white_on_the_ground_and_rain_is_darker(bench: Bench) -> None:
    snow, rain = (bench.edit("weather", value, None).image for value in ("snow", "rain"))
    assert snow[130:, :60].mean() > bench.before[130:, :60].mean() + 30
    assert rain.mean() < bench.before.mean()
    assert np.ptp(snow[130:, :60].mean(axis=(0, 1))) < 25


@pytest.mark.parametrize("value", ["rain", "snow", "fog"])
def test_there_is_no_weather_in_a_room(bench: Bench, value: str) -> None:
    room = bench.holding(ellipse("oven", 0.5, 0.7, 0.1, 0.1))
    assert "those of a room" in room.decline("weather", value, None)
