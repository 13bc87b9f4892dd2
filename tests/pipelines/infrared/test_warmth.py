"""Heat is told by temperatures where the translator knows them, else by the greys of the picture."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from irloom.pipelines.infrared.warmth import name_scale, tell_heat
from irloom.records import Box, Infrared, ThermalObject

DOG = Box(label="dog", x1=0.0, y1=0.0, x2=0.4, y2=1.0)
BENCH = Box(label="bench", x1=0.6, y1=0.0, x2=1.0, y2=1.0)


def draw(dog: int, bench: int, around: int = 128) -> Image.Image:
    grey = np.full((40, 100), around, dtype=np.uint8)
    grey[:, :40], grey[:, 60:] = dog, bench
    return Image.fromarray(grey)


def heat_of(
    picture: Image.Image, *objects: ThermalObject, boxes: tuple[Box, ...] = (DOG, BENCH), **details: float
) -> tuple[str, ...]:
    with TemporaryDirectory() as root:
        picture.save(Path(root) / "1.png")
        about = {"image": "1.png", "sha256": "0", "width": picture.width, "height": picture.height}
        made = Infrared(**about, made_by="x", objects=objects, details=details)  # type: ignore[arg-type]
        return tell_heat(made, boxes, Path(root))


def thermal(label: str, box: Box, celsius: float, emissivity: float = 0.95) -> ThermalObject:
    corners = (box.x1, box.y1, box.x2, box.y2)
    return ThermalObject(label=label, box=corners, temperature_c=celsius, emissivity=emissivity)


def test_temperatures_decide_whatever_the_picture_looks_like() -> None:
    objects = thermal("dog", DOG, 30.0), thermal("bench", BENCH, 20.0)
    told = heat_of(draw(0, 255), *objects, ambient_c=20.0)
    assert told[0] == "The dog is warmer than the bench."
    assert told == heat_of(draw(255, 0), *objects, ambient_c=20.0)


def test_what_mirrors_its_surroundings_is_passed_over() -> None:
    told = heat_of(
        draw(0, 255), thermal("dog", DOG, 30.0), thermal("bench", BENCH, 20.0, 0.2), ambient_c=20.0
    )
    assert told == ("The dog is clearly warmer than the air around it.",)


def test_without_an_ambient_temperature_objects_are_compared_alone() -> None:
    told = heat_of(draw(0, 255), thermal("dog", DOG, 30.0), thermal("bench", BENCH, 20.0))
    assert told == ("The dog is warmer than the bench.",)


def test_a_picture_without_temperatures_tells_relative_brightness() -> None:
    told = heat_of(draw(220, 40))
    assert told[0] == "The dog appears brighter than the bench."
    assert set(told[1:]) == {
        "The dog appears clearly brighter than its surroundings.",
        "The bench appears clearly darker than its surroundings.",
    }
    assert heat_of(draw(128, 128)) == (
        "The dog hardly stands out from its surroundings.",
        "The bench hardly stands out from its surroundings.",
    )


def test_boxes_over_the_whole_picture_or_of_one_pixel_do_no_harm() -> None:
    picture = Image.fromarray(np.full((1, 1), 7, dtype=np.uint8))
    whole = Box(label="dog", x1=0, y1=0, x2=1, y2=1)
    thin = Box(label="cat", x1=1, y1=1, x2=1, y2=1)
    assert heat_of(picture, boxes=(whole, thin)) == ("The dog hardly stands out from its surroundings.",)
    assert heat_of(picture, boxes=()) == ()


def test_rows_say_where_heat_comes_from() -> None:
    about: dict[str, Any] = {"image": "images/1.png", "sha256": "0", "width": 1, "height": 1, "made_by": "x"}
    heat = ("The dog is warmer than the bench.",)
    assert name_scale(Infrared(**about)) is None
    assert name_scale(Infrared(**about, heat=heat)) == "pixels"
    assert name_scale(Infrared(**about, heat=heat, objects=(thermal("dog", DOG, 30.0),))) == "temperatures"
