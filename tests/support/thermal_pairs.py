"""Small sets of pairs that a test makes: radiometric pictures in LLVIP's folders, with boxes or without."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from support.thermal_files import CAMERA, make_block, make_camera_record, make_raw_record, wrap_block
from support.turning import make_turned_jpeg

WIDTH, HEIGHT = 80, 60
AROUND_C = 12.0


@dataclass(frozen=True)
class Spot:
    """Something of one temperature, with a hotter pixel in its middle."""

    label: str
    corners: tuple[int, int, int, int]
    """Left, top, right, bottom in pixels."""
    celsius: float
    hottest: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The same as shares of the picture."""
        left, top, right, bottom = self.corners
        return left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT


PERSON = Spot("person", (8, 12, 24, 48), 30.0, 36.5)
CAR = Spot("car", (48, 24, 72, 48), 20.0, 24.0)
SPOTS = (PERSON, CAR)


def draw_celsius(spots: Sequence[Spot] = SPOTS) -> NDArray[np.float64]:
    """A matrix of temperatures."""
    matrix = np.full((HEIGHT, WIDTH), AROUND_C)
    for spot in spots:
        left, top, right, bottom = spot.corners
        matrix[top:bottom, left:right] = spot.celsius
        matrix[(top + bottom) // 2, (left + right) // 2] = spot.hottest
    return matrix


def as_counts(celsius: NDArray[np.float64]) -> NDArray[np.uint16]:
    """What `CAMERA` would count of it, where nothing lies in between and everything is black."""
    radiance = CAMERA["r1"] / (CAMERA["r2"] * (np.exp(CAMERA["b"] / (celsius + 273.15)) - CAMERA["f"]))
    return np.round(radiance - CAMERA["o"]).astype(np.uint16)


def as_celsius(counts: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Back again, by the same law: the test's own reading of a file."""
    radiance = CAMERA["r2"] * (counts.astype(np.float64) + CAMERA["o"])
    return np.asarray(CAMERA["b"] / np.log(CAMERA["r1"] / radiance + CAMERA["f"]) - 273.15)


def make_radiometric(celsius: NDArray[np.float64], orientation: int = 1) -> bytes:
    """A radiometric JPEG of these temperatures, whose picture is brighter where it is warmer."""
    camera = make_camera_record({"emissivity": 1.0, "distance_m": 0.0})
    block = make_block([(1, make_raw_record(as_counts(celsius))), (32, camera)])
    return wrap_block(block, picture=make_picture(celsius, orientation=orientation))


def make_picture(celsius: NDArray[np.float64], black_hot: bool = False, orientation: int = 1) -> bytes:
    """A grey JPEG of them, which viewers turn by its orientation."""
    grey = np.clip((celsius - 0) / 40 * 255, 0, 255).astype(np.uint8)
    return make_turned_jpeg(Image.fromarray(255 - grey if black_hot else grey), orientation)


def write_pairs(
    root: Path,
    count: int = 2,
    *,
    spots: Sequence[Spot] = SPOTS,
    boxes: bool = True,
    radiometric: bool = True,
    visible: bool = True,
    black_hot: bool = False,
    upside_down: bool = False,
) -> Path:
    """`count` images named 190001 and so on; returns the root.

    `upside_down` has files as a camera writes them that was held so: boxes are of what viewers show.
    """
    matrix = draw_celsius(spots)
    orientation = 3 if upside_down else 1
    stored = matrix[::-1, ::-1] if upside_down else matrix
    picture = (
        make_radiometric(stored, orientation) if radiometric else make_picture(stored, black_hot, orientation)
    )
    for number in range(1, count + 1):
        name = f"19{number:04}"
        _put(root / "infrared" / "test" / f"{name}.jpg", picture)
        if visible:
            _put(root / "visible" / "test" / f"{name}.jpg", _photograph(number))
        if boxes:
            _put(root / "Annotations" / f"{name}.xml", _annotate(name, spots).encode())
    return root


def _photograph(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (number * 40 % 256, 90, 160)).save(buffer, "JPEG")
    return buffer.getvalue()


def _annotate(name: str, spots: Sequence[Spot]) -> str:
    objects = "".join(
        f"<object><name>{spot.label}</name><bndbox><xmin>{spot.corners[0]}</xmin><ymin>{spot.corners[1]}</ymin>"
        f"<xmax>{spot.corners[2]}</xmax><ymax>{spot.corners[3]}</ymax></bndbox></object>"
        for spot in spots
    )
    size = f"<size><width>{WIDTH}</width><height>{HEIGHT}</height><depth>3</depth></size>"
    return f"<annotation><filename>{name}.jpg</filename>{size}{objects}</annotation>"


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
