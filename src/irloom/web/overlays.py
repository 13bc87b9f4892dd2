"""What is drawn over pictures on demand: boxes with temperatures, or the texts of a figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Rectangle:
    """A rectangle with a text, in pixels of the picture."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Overlay:
    """Rectangles over a picture of a size, in pixels."""

    width: int
    height: int
    rectangles: Sequence[Rectangle]

    @property
    def letter(self) -> float:
        """Height of the letters, in pixels of the picture."""
        return max(8.0, self.width / 45)


def draw_objects(rows: Mapping[str, Sequence[Line]]) -> Overlay | None:
    """The objects of an infrared sample with the temperatures that they were painted with."""
    for pair in rows.get("pairs", ())[:1]:
        named = ((one["box"], _name_object(one)) for one in pair["objects"])
        return _draw(pair["width"], pair["height"], named)
    return None


def draw_texts(rows: Mapping[str, Sequence[Line]]) -> Overlay | None:
    """The texts of a figure, where the sandbox found them."""
    for row in rows.get("figures", ())[:1]:
        return _draw(row["width"], row["height"], ((one["box"], one["role"]) for one in row["texts"]))
    return None


def _name_object(thing: Line) -> str:
    crowd = " (crowd)" if thing.get("crowd") else ""
    celsius = f" {thing['temperature_c']:.1f} °C" if "temperature_c" in thing else ""
    return f"{thing['label']}{crowd}{celsius}"


def _draw(width: int, height: int, named: Iterable[tuple[Sequence[float], str]]) -> Overlay:
    rectangles = [
        Rectangle(x1 * width, y1 * height, (x2 - x1) * width, (y2 - y1) * height, text)
        for (x1, y1, x2, y2), text in named
    ]
    return Overlay(width, height, rectangles)
