"""Shows a part of a picture, and draws marks on it that stand out from dark and bright ground alike."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from irloom.errors import SourceError
from irloom.shots import Edges, Mark, Shot

_LINE, _EDGE = "#ffe000", "black"
"""A bright line between dark edges."""
_OVER = 1.0
"""Pixels by which a crop may stand over the picture, from rounding."""


def draw_shot(picture: Image.Image, shot: Shot, most: int | None) -> Image.Image:
    """What is shown of a picture: its part, no longer than `most` pixels, then its marks.

    Marks are drawn last, so that their lines and letters are as wide in a picture that was made smaller.
    Raises SourceError for a crop that is not inside the picture and a mark that nobody would see.
    """
    part = _find_part(shot, picture.size)
    shown = picture.crop(part) if shot.crop is not None else picture
    if most is not None:
        shown.thumbnail((most, most), Image.Resampling.LANCZOS)
    scale = shown.width / (part[2] - part[0]), shown.height / (part[3] - part[1])
    for mark in shot.marks:
        place = _find_place(mark, part, shot.name)
        _draw(shown, _move(place, part, scale), mark)
    return shown


def leads_out(crop: Edges, size: tuple[int, int]) -> bool:
    """Whether a crop leads out of a picture of this width and height by more than rounding."""
    left, top, right, bottom = crop
    return min(left, top) < -_OVER or right > size[0] + _OVER or bottom > size[1] + _OVER


def _find_part(shot: Shot, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels that the crop touches; all without one."""
    width, height = size
    if shot.crop is None:
        return 0, 0, width, height
    left, top, right, bottom = shot.crop
    if not (left < right and top < bottom):
        raise SourceError(f"{shot.name}: the crop {_tell(shot.crop)} holds no pixel")
    if leads_out(shot.crop, size):
        raise SourceError(
            f"{shot.name}: the crop {_tell(shot.crop)} leads out of the picture, which is {width} x {height}"
        )
    first = max(0, math.floor(left)), max(0, math.floor(top))
    last = min(width, math.ceil(right)), min(height, math.ceil(bottom))
    if first[0] >= last[0] or first[1] >= last[1]:
        raise SourceError(f"{shot.name}: the crop {_tell(shot.crop)} holds no pixel")
    return *first, *last


def _find_place(mark: Mark, part: Edges, name: str) -> Edges:
    """A mark's box within the part that is shown; of a point, a box without size."""
    left, top, right, bottom = mark.box or (*(mark.point or ()), *(mark.point or ()))
    if mark.box is not None and not (left < right and top < bottom):
        raise SourceError(f"{name}: the mark {_tell(mark.box)} holds no pixel")
    inside = max(left, part[0]), max(top, part[1]), min(right, part[2]), min(bottom, part[3])
    if not (inside[0] <= inside[2] and inside[1] <= inside[3]):
        said = _tell(mark.box or mark.point or ())
        raise SourceError(f"{name}: the mark {said} lies outside of what is shown, {_tell(part)}")
    return inside


def _move(place: Edges, part: Edges, scale: tuple[float, float]) -> Edges:
    """From the whole picture to the part that is shown, at its size."""
    across, down = scale
    left, top, right, bottom = place
    return (
        *((left - part[0]) * across, (top - part[1]) * down),
        *((right - part[0]) * across, (bottom - part[1]) * down),
    )


def _draw(picture: Image.Image, place: Edges, mark: Mark) -> None:
    line = max(1, round(max(picture.size) / 320))
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = place
    if mark.box is None:
        around = 5 * line
        left, top, right, bottom = left - around, top - around, right + around, bottom + around
    else:
        right, bottom = max(left, min(right, picture.width - 1)), max(top, min(bottom, picture.height - 1))
    shape = pen.rectangle if mark.box is not None else pen.ellipse
    shape((left - line, top - line, right + line, bottom + line), outline=_EDGE, width=3 * line)
    shape((left, top, right, bottom), outline=_LINE, width=line)
    if mark.label:
        _write(picture, pen, (left, top, right, bottom), mark.label, line)


def _write(picture: Image.Image, pen: ImageDraw.ImageDraw, beside: Edges, label: str, line: int) -> None:
    """The label above a mark, else below it, always inside the picture."""
    font = ImageFont.load_default(max(12, max(picture.size) // 40))
    first_x, first_y, last_x, last_y = pen.textbbox((0, 0), label, font=font, stroke_width=line)
    width, height, gap = last_x - first_x, last_y - first_y, 2 * line
    above = beside[1] - gap - height
    x = min(max(0.0, beside[0]), max(0.0, picture.width - width))
    y = above if above >= 0 else min(beside[3] + gap, max(0.0, picture.height - height))
    place = x - first_x, y - first_y
    pen.text(place, label, fill=_LINE, font=font, stroke_width=line, stroke_fill=_EDGE)


def _tell(numbers: Sequence[float]) -> str:
    return f"({', '.join(f'{number:g}' for number in numbers)})"
