"""How a file is shown: palette, stretch, bar and range, drawn by the seed.

Where numbers are asked, colours rise evenly, and the bar's ends lie well beyond every temperature of the
picture, by an amount that is drawn for each end, so that neither they nor their middle tell one.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from irloom.question_sets.builder import Picture
from irloom.question_sets.draws import draw, pick
from irloom.question_sets.thermometry.frames import Frame, name_safely
from irloom.question_sets.thermometry.places import Place
from irloom.question_sets.thermometry.regions import Cells
from irloom.shots import Edges
from irloom.thermal.picture_settings import PaletteName, PictureSettings, Side, StretchName
from irloom.thermal.rendering import Rendered, encode_png, render
from irloom.thermal.stretch import choose_levels

Purpose = Literal["reading", "comparing"]
"""Of temperatures by the bar, or of places with each other."""
_PALETTES: tuple[PaletteName, ...] = get_args(PaletteName)
_SIDES: tuple[Side, ...] = get_args(Side)
_STRETCHES: tuple[StretchName, ...] = get_args(StretchName)
BEYOND_K = 1.5
"""How far the bar's ends lie from the picture's own at least: more than an answer may be off."""
_SHARE, _MORE_K = 0.35, 3.0
"""What is added at most: a share of the picture's range, and kelvin."""
_STEP_C = 0.5
"""Ends are multiples of it."""
_SHORT_SIDE = 320
"""Pixels that the shorter side is enlarged to, about, so that a bar and marks have room."""
LEAST_STEPS = 12.0
"""Of 255 colours, by which places must differ to be told apart."""


@dataclass(frozen=True)
class Showing:
    """A file as it is shown."""

    frame: Frame
    number: int
    purpose: Purpose
    look: PictureSettings
    pixels: NDArray[np.uint8]
    rendered: Rendered

    @property
    def name(self) -> str:
        """Of the picture in the set."""
        return f"thermometry/{name_safely(self.frame.name)}-{self.number}-{self.purpose}.png"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture with its bar."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def step_k(self) -> float:
        """What one colour of a linear bar stands for."""
        return (self.rendered.high_c - self.rendered.low_c) / 255

    @cached_property
    def levels(self) -> NDArray[np.float64]:
        """The colour of each pixel, 0 to 255."""
        celsius = self.frame.celsius
        return choose_levels(celsius, self.look).measure(celsius) * 255

    def encode(self) -> bytes:
        """As a PNG."""
        return encode_png(self.pixels)

    @property
    def picture(self) -> Picture:
        """What gives its bytes when they are asked for."""
        return self.encode

    def locate(self, place: Place) -> tuple[float, float]:
        """The middle of a thermal pixel in the picture that is shown."""
        left, top, *_ = self.rendered.picture
        times = self.rendered.enlarge
        return left + (place.column + 0.5) * times, top + (place.row + 0.5) * times

    def outline(self, cells: Cells) -> Edges:
        """A box of thermal pixels in the picture that is shown."""
        left, top, *_ = self.rendered.picture
        times = self.rendered.enlarge
        x1, y1, x2, y2 = cells
        return left + x1 * times, top + y1 * times, left + x2 * times, top + y2 * times

    def can_tell(self, one: Place, other: Place) -> bool:
        """Whether two places have colours that are clearly different."""
        gap = self.levels[one.row, one.column] - self.levels[other.row, other.column]
        return bool(abs(gap) >= LEAST_STEPS)


def show(frame: Frame, number: int, purpose: Purpose, seed: int) -> Showing:
    """One of the renderings of a file. Raises ThermalFileError for a picture too small for a bar."""
    look = _draw_look(frame, purpose, seed, (frame.name, number, purpose))
    picture = render(frame.found, look)
    return Showing(frame, number, purpose, look, *picture)


def _draw_look(frame: Frame, purpose: Purpose, seed: int, key: tuple[object, ...]) -> PictureSettings:
    side = pick(_SIDES, seed, "side", *key)
    shared = {
        "palette": pick(_PALETTES, seed, "palette", *key),
        "bar": side,
        "ticks": 5 if side in ("left", "right") else 3,  # a lying bar has less room for words
        "enlarge": min(16, max(1, round(_SHORT_SIDE / min(frame.celsius.shape)))),
    }
    if purpose == "comparing" and (stretch := pick(_STRETCHES, seed, "stretch", *key)) != "linear":
        return PictureSettings(stretch=stretch, **shared)
    low, high = _draw_range(frame, seed, key)
    return PictureSettings(low_c=low, high_c=high, **shared)


def _draw_range(frame: Frame, seed: int, key: tuple[object, ...]) -> tuple[float, float]:
    known = frame.celsius[np.isfinite(frame.celsius)]
    low, high = float(known.min()), float(known.max())
    most = (high - low) * _SHARE + _MORE_K
    below, above = (BEYOND_K + most * _draw_share(seed, end, *key) for end in ("low", "high"))
    return math.floor((low - below) / _STEP_C) * _STEP_C, math.ceil((high + above) / _STEP_C) * _STEP_C


def _draw_share(seed: int, *names: object) -> float:
    return draw(seed, *names) / 2**64
