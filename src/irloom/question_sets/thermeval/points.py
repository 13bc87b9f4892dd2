"""T6, points: the temperature at a pixel, told by its coordinates or shown by a ring.

The labels have x and y without a word on which is the column. The shape of the files tells: only one reading
has every point inside. Where both have, the temperatures in the labels decide.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from irloom.errors import ConfigError
from irloom.question_sets.builder import Drafted
from irloom.question_sets.ledger import Ledger
from irloom.question_sets.thermeval.drafting import draft_temperature
from irloom.question_sets.thermeval.labels import read_rows
from irloom.question_sets.thermeval.settings import ThermevalSettings
from irloom.question_sets.thermeval.thermograms import Matrix, Thermograms, try_to_find
from irloom.shots import Mark

NEAR_K = 0.15
"""Labels are rounded to a tenth: a pixel that differs by more is another one."""
_BY_COORDINATES = (
    "How warm is the pixel in column {column} and row {row}? Both are counted from 0 at the top left of the "
    "thermal picture, which has {width} columns and {height} rows."
)
_BY_MARKER = "How warm is the point in the middle of the ring?"


class Point(NamedTuple):
    """One label."""

    name: str
    file: str
    x: int
    y: int
    celsius: float


class Sized(NamedTuple):
    """A label with what its file says of it; a file's temperatures are too many to be kept for each."""

    point: Point
    shape: tuple[int, int]
    """Rows and columns of the file."""
    read: tuple[float, float]
    """In °C, where x is the row and where it is the column; NaN outside."""

    def locate(self, x_is_column: bool) -> tuple[int, int]:
        """Column and row under a reading."""
        return (self.point.x, self.point.y) if x_is_column else (self.point.y, self.point.x)

    def fits(self, x_is_column: bool) -> bool:
        """Whether the point lies inside."""
        column, row = self.locate(x_is_column)
        height, width = self.shape
        return 0 <= column < width and 0 <= row < height

    def measure(self, x_is_column: bool) -> float:
        """The temperature there, in °C."""
        return self.read[x_is_column]


def draft_points(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Drafted]:
    """Two questions a point; a point whose pixel has another temperature than its label is left out."""
    found = Thermograms(settings.tiffs)
    points = list(_read_points(settings, ledger))
    if not points:
        return
    sized = list(_size_some(points, found, ledger))
    x_is_column = choose_reading(sized)
    ledger.say(f"T6: x is the {'column' if x_is_column else 'row'} of a pixel, as its files tell.")
    for one in sized:
        if (matrix := try_to_find(found, one.point.file, lambda what, first: None)) is not None:
            yield from _draft(one, matrix, x_is_column, found, ledger)


def choose_reading(sized: Sequence[Sized]) -> bool:
    """Whether x is the column. Raises ConfigError where points lie outside either way, or nothing tells."""
    fitting = [reading for reading in (True, False) if all(one.fits(reading) for one in sized)]
    if not fitting:
        outside = next(one.point for one in sized if not (one.fits(True) and one.fits(False)))
        raise ConfigError(
            f"T6: points lie outside of their files whether x is the column or the row, such as "
            f"{outside.name} ({outside.file}, x {outside.x}, y {outside.y}): labels and TIFF files do not "
            "belong together."
        )
    if len(fitting) == 1:
        return fitting[0]
    right = {reading: sum(_agrees(one, reading) for one in sized) for reading in fitting}
    if right[True] == right[False]:
        raise ConfigError(
            "T6: the points lie inside of their files whether x is the column or the row, and the "
            "temperatures fit both equally: labels and TIFF files do not belong together."
        )
    return right[True] > right[False]


def _read_points(settings: ThermevalSettings, ledger: Ledger) -> Iterator[Point]:
    columns = ("tiff_file", "x", "y", "ground_truth")
    for name, row in read_rows("T6", columns, settings, ledger, only="coords"):
        try:
            yield Point(name, row["tiff_file"], int(row["x"]), int(row["y"]), float(row["ground_truth"]))
        except ValueError:
            ledger.remark("points that are no numbers", f"{name}: {dict(row)}")


def _size_some(points: Sequence[Point], found: Thermograms, ledger: Ledger) -> Iterator[Sized]:
    for point in points:
        if (matrix := try_to_find(found, point.file, ledger.remark)) is not None:
            yield size(point, matrix)


def size(point: Point, matrix: Matrix) -> Sized:
    """What a file says of a point, under both readings."""
    height, width = matrix.shape
    as_row, as_column = (
        float(matrix[row, column]) if 0 <= row < height and 0 <= column < width else math.nan
        for row, column in ((point.x, point.y), (point.y, point.x))
    )
    return Sized(point, (height, width), (as_row, as_column))


def _agrees(one: Sized, x_is_column: bool) -> bool:
    return abs(one.measure(x_is_column) - one.point.celsius) <= NEAR_K


def _draft(
    one: Sized, matrix: Matrix, x_is_column: bool, found: Thermograms, ledger: Ledger
) -> Iterator[Drafted]:
    point, (column, row) = one.point, one.locate(x_is_column)
    if not _agrees(one, x_is_column):
        told = f"{point.name}: {point.celsius:g} °C, and {one.measure(x_is_column):.1f} °C in the file"
        ledger.remark("points whose label is not the temperature in the file", told)
        return
    height, width = one.shape
    tiff, at = (point.file, matrix), {"column": column, "row": row}
    asked = _BY_COORDINATES.format(column=column, row=row, width=width, height=height)
    yield draft_temperature(
        f"{point.name}-told", "T6-coordinates", found, tiff, asked, point.celsius, truth=at
    )
    marks = (Mark(point=(column + 0.5, row + 0.5)),)
    yield draft_temperature(
        f"{point.name}-shown", "T6-marker", found, tiff, _BY_MARKER, point.celsius, marks=marks, truth=at
    )
