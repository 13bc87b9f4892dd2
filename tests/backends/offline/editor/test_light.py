"""Other times of the day."""

from pathlib import Path

import numpy as np
from PIL import Image

from support.meadow import Bench


def test_night_is_darker_than_dusk_and_dusk_than_dawn(bench: Bench) -> None:
    means = [bench.edit("time", value, None).image.mean() for value in ("night", "dusk", "dawn")]
    assert means[0] < 0.6 * means[1]
    assert means[1] < means[2] < 1.1 * bench.before.mean()
    assert means[0] < 0.4 * bench.before.mean()


def test_night_is_blue_and_dusk_is_warm(bench: Bench) -> None:
    night, dusk = (bench.edit("time", value, None).image.mean(axis=(0, 1)) for value in ("night", "dusk"))
    before = bench.before.mean(axis=(0, 1))
    assert night[2] / night[0] > before[2] / before[0]
    assert dusk[0] / dusk[2] > before[0] / before[2]


def test_a_lamp_in_the_dark_stays_lit(bench: Bench, tmp_path: Path) -> None:
    room = np.full((180, 240, 3), 40, np.uint8)
    room[60:68, 100:108] = 255
    Image.fromarray(room).save(tmp_path / "room.png")
    night = type(bench)(tmp_path / "room.png", room, ()).edit("time", "night", None).image
    assert night[64, 104].min() > 150
    assert night[64, 114].mean() > 1.5 * night[150, 20].mean()
