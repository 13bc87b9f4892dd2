"""Radiometric files whose temperatures are known without a reader, and another way to the answers."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.question_sets.record import Question
from support.thermal_files import make_rjpeg

CELSIUS: Mapping[int, float] = MappingProxyType(
    {
        **{13_000: -11.994, 14_000: -3.584, 15_000: 3.971, 16_000: 10.874},
        **{17_000: 17.256, 18_000: 23.216, 20_000: 34.129, 22_000: 44.001},
    }
)
"""What two other programs read from these counts of the usual camera (see tests of the FLIR reader)."""
HOTTEST = 22_000
WIDTH, HEIGHT, BLOCK = 96, 72, 12
_QUARTERS = ("top left", "top right", "bottom left", "bottom right")
Counts = NDArray[np.uint16]


def make_blocks(number: int) -> Counts:
    """Even blocks of known counts, one of them the hottest, in another quarter with each number."""
    random = np.random.default_rng(number)
    rows, columns = HEIGHT // BLOCK, WIDTH // BLOCK
    blocks = random.choice([one for one in CELSIUS if one != HOTTEST], size=(rows, columns))
    blocks[0 if number % 4 < 2 else rows - 1, 1 if number % 2 == 0 else columns - 2] = HOTTEST
    return blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1).astype(np.uint16)


def know(counts: Counts) -> NDArray[np.float64]:
    """The temperatures of counts in °C, by the table."""
    celsius = np.zeros(counts.shape)
    for count, known in CELSIUS.items():
        celsius[counts == count] = known
    return celsius


def write_files(root: Path, count: int) -> dict[str, NDArray[np.float64]]:
    """So many radiometric JPEGs, with their temperatures by name."""
    root.mkdir(parents=True, exist_ok=True)
    known = {}
    for number in range(count):
        counts = make_blocks(number)
        (root / f"{number:03d}.jpg").write_bytes(make_rjpeg(counts))
        known[f"{number:03d}.jpg"] = know(counts)
    return known


def write_masks(folder: Path, known: Mapping[str, NDArray[np.float64]]) -> None:
    """The hottest block of every second file is marked; nothing in the others."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, celsius) in enumerate(known.items()):
        marked = (celsius > 40) & (number % 2 == 0)
        Image.fromarray(marked.astype(np.uint8) * 255).save(folder / Path(name).with_suffix(".png"))


class Witness:
    """Finds the right answer of a question from what is drawn and said, never from its `truth`."""

    def __init__(self, question: Question, celsius: NDArray[np.float64]) -> None:
        self.question, self.celsius = question, celsius
        rendered = question.truth["rendered"]
        self._left, self._top = rendered["picture"][:2]
        self._times = rendered["enlarge"]

    def answer(self) -> str | float:
        """A temperature or a difference as a number; the text of an option; yes or no."""
        task = self.question.task
        if task == "point_coordinates":
            return self._measure(*self._read_coordinates())
        if task == "point_marker":
            return self._measure(*self._points()[""])
        if task.startswith("region_"):
            inside = self._cut()
            measures = {"max": inside.max(), "min": inside.min(), "mean": inside.mean()}
            return float(measures[task.removeprefix("region_")])
        if task in {"above_point", "above_region"}:
            limit = float(re.findall(r"-?\d+(?:\.\d+)? °C", self.question.question)[0][:-3])
            value = self._measure(*self._points()[""]) if task == "above_point" else self._cut().max()
            return "yes" if value > limit else "no"
        return self._compare()

    def _compare(self) -> str | float:
        task, places = self.question.task, self._points()
        measured = {label: self._measure(*place) for label, place in places.items()}
        if task == "hottest_place":
            return max(measured, key=lambda label: measured[label])
        if task == "ranking":
            return ", ".join(sorted(measured, key=lambda label: -measured[label]))
        if task == "difference":
            return abs(measured["P"] - measured["Q"])
        if task == "warmer":
            (x1, left), (_, right) = sorted(
                (mark.point[0], self._measure(*mark.point))
                for mark in self.question.images[0].marks
                if mark.point
            )
            assert x1 >= 0
            return f"the {'left' if left > right else 'right'} one"
        assert task == "hottest_quarter"
        row, column = np.unravel_index(self.celsius.argmax(), self.celsius.shape)
        return _QUARTERS[2 * int(row >= HEIGHT / 2) + int(column >= WIDTH / 2)]

    def _points(self) -> dict[str, tuple[float, float]]:
        return {mark.label: mark.point for mark in self.question.images[0].marks if mark.point is not None}

    def _read_coordinates(self) -> tuple[float, float]:
        said = self.question.question
        found = re.search(r"x = (\d+), y = (\d+)|at \((\d+), (\d+)\)|Go (\d+) .* and (\d+) pixels down", said)
        assert found is not None, said
        x, y = (int(one) for one in found.groups() if one is not None)
        return x, y

    def _measure(self, x: float, y: float) -> float:
        row, column = int((y - self._top) // self._times), int((x - self._left) // self._times)
        return float(self.celsius[row, column])

    def _cut(self) -> NDArray[np.float64]:
        (mark,) = self.question.images[0].marks
        assert mark.box is not None
        x1, y1, x2, y2 = mark.box
        columns = slice(int((x1 - self._left) / self._times), int((x2 - self._left) / self._times))
        return self.celsius[
            int((y1 - self._top) / self._times) : int((y2 - self._top) / self._times), columns
        ]
