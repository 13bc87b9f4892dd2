"""Puts a colour bar with temperatures beside a picture."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from irloom.errors import ThermalFileError
from irloom.thermal.picture_settings import Side
from irloom.thermal.stretch import Levels

Area = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; the last two lie outside."""
_PAPER, _INK = (255, 255, 255), (0, 0, 0)
_LEAST_TEXT_PX = 9


@dataclass(frozen=True)
class Framed:
    """A picture with its bar, and what lies where."""

    pixels: NDArray[np.uint8]
    picture: Area
    bar: Area
    ticks_c: tuple[float, ...]
    """From the coldest, as written, in °C."""


def add_bar(
    pixels: NDArray[np.uint8], table: NDArray[np.uint8], levels: Levels, side: Side, ticks: int
) -> Framed:
    """A larger picture: the given one unchanged, and the bar on one side.

    The bar runs evenly through the colours, so under a plateau stretch its temperatures do not rise evenly.
    Raises ThermalFileError where so many ticks have no room.
    """
    ticks_c = _choose_ticks(levels, ticks)
    layout = _plan(pixels.shape[1], pixels.shape[0], side, _write(ticks_c))
    image = Image.new("RGB", layout.size, _PAPER)
    image.paste(Image.fromarray(pixels), layout.picture[:2])
    image.paste(_draw_colours(table, layout), layout.bar[:2])
    draw = ImageDraw.Draw(image)
    for number, text in enumerate(layout.texts):
        _draw_tick(draw, layout, number / (ticks - 1), text)
    return Framed(np.asarray(image), layout.picture, layout.bar, ticks_c)


@dataclass(frozen=True)
class _Layout:
    size: tuple[int, int]
    picture: Area
    bar: Area
    side: Side
    texts: tuple[str, ...]
    text_px: int
    gap: int

    @property
    def is_upright(self) -> bool:
        return self.side in ("left", "right")


def _choose_ticks(levels: Levels, ticks: int) -> tuple[float, ...]:
    """Temperatures at even steps of the colours, of one decimal, none of them a negative zero."""
    return tuple(round(levels.invert(number / (ticks - 1)), 1) + 0.0 for number in range(ticks))


def _write(ticks_c: tuple[float, ...]) -> tuple[str, ...]:
    """The unit stands at the hottest alone, since the picture may be small."""
    return (*(f"{value:.1f}" for value in ticks_c[:-1]), f"{ticks_c[-1]:.1f} °C")


def _plan(width: int, height: int, side: Side, texts: tuple[str, ...]) -> _Layout:
    """Where everything goes; sizes grow with the picture, so that the bar is readable beside it."""
    text_px = max(_LEAST_TEXT_PX, min(width, height) // 28)
    gap, thick = max(3, text_px // 2), max(6, text_px)
    wide = max(_measure(text, text_px) for text in texts)
    _refuse_crowd(width, height, side, len(texts), wide, text_px)
    if side in ("left", "right"):
        band = gap + thick + gap + wide + gap
        left = width + gap if side == "right" else band - gap - thick
        bar = (left, text_px // 2, left + thick, height - text_px // 2)
        size, start = (width + band, height), (0 if side == "right" else band, 0)
    else:
        band = gap + thick + gap + text_px + gap
        top = height + gap if side == "bottom" else band - gap - thick
        bar = (wide // 2, top, width - wide // 2, top + thick)
        size, start = (width, height + band), (0, 0 if side == "bottom" else band)
    picture = (start[0], start[1], start[0] + width, start[1] + height)
    return _Layout(size, picture, bar, side, texts, text_px, gap)


def _refuse_crowd(width: int, height: int, side: Side, ticks: int, wide: int, text_px: int) -> None:
    room, needed = (height, text_px) if side in ("left", "right") else (width, wide + text_px // 2)
    if ticks * needed > room:
        raise ThermalFileError(
            f"a bar with {ticks} ticks needs {ticks * needed} pixels and the picture has {room}: "
            "enlarge it, or take fewer ticks"
        )


def _draw_colours(table: NDArray[np.uint8], layout: _Layout) -> Image.Image:
    left, top, right, bottom = layout.bar
    length = bottom - top if layout.is_upright else right - left
    line = table[np.rint(np.linspace(0, 255, length)).astype(int)]
    if layout.is_upright:
        block = np.repeat(line[::-1, None, :], right - left, axis=1)  # the hottest is above
    else:
        block = np.repeat(line[None, :, :], bottom - top, axis=0)
    return Image.fromarray(block)


def _draw_tick(draw: ImageDraw.ImageDraw, layout: _Layout, level: float, text: str) -> None:
    left, top, right, bottom = layout.bar
    font = _load_font(layout.text_px)
    short = max(2, layout.gap // 2)
    if layout.is_upright:
        y = round(bottom - 1 - level * (bottom - 1 - top))
        inner, outer = (right, right + short) if layout.side == "right" else (left - 1 - short, left - 1)
        x, anchor = (right + layout.gap, "lm") if layout.side == "right" else (left - layout.gap, "rm")
        draw.line((inner, y, outer, y), _INK)
        draw.text((x, y), text, _INK, font, anchor)
    else:
        x = round(left + level * (right - 1 - left))
        inner, outer = (bottom, bottom + short) if layout.side == "bottom" else (top - 1 - short, top - 1)
        y, anchor = (bottom + layout.gap, "mt") if layout.side == "bottom" else (top - layout.gap, "mb")
        draw.line((x, inner, x, outer), _INK)
        draw.text((x, y), text, _INK, font, anchor)


def _measure(text: str, text_px: int) -> int:
    return int(np.ceil(_load_font(text_px).getlength(text)))


@cache
def _load_font(text_px: int) -> ImageFont.FreeTypeFont:
    """Matplotlib brings the font, so that a picture does not depend on those of the machine."""
    import matplotlib as mpl

    return ImageFont.truetype(str(Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), text_px)
