"""Makes a picture of temperatures for people and models, and a row that says what was done."""

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from irloom.records import Row
from irloom.thermal.bar import Area, add_bar
from irloom.thermal.detail import enhance
from irloom.thermal.palettes import build_table
from irloom.thermal.picture_settings import DetailName, PaletteName, PictureSettings, Side, StretchName
from irloom.thermal.stretch import Levels, choose_levels
from irloom.thermal.thermogram import Thermogram


class Rendered(Row):
    """What was done to temperatures to show them. Areas are left, top, right, bottom in pixels."""

    palette: PaletteName
    stretch: StretchName
    low_c: float
    """Temperature of the coldest colour, in °C."""
    high_c: float
    """Temperature of the hottest colour."""
    clip_percent: float | None = None
    """Of the percentile stretch alone; likewise the plateau of its own."""
    plateau: float | None = None
    detail: DetailName = "none"
    detail_strength: float | None = None
    below: int
    """Pixels colder than the coldest colour, which have it too."""
    above: int
    missing: int
    """Pixels without a temperature, which have the coldest colour."""
    enlarge: int = 1
    picture: Area
    """Where the temperatures are; all of the picture, unless a bar is beside them."""
    bar: Side | None = None
    bar_area: Area | None = None
    ticks_c: tuple[float, ...] = ()
    """Temperatures that are written at the bar, from the coldest."""

    @property
    def is_exact(self) -> bool:
        """Whether a colour stands for one temperature, which detail enhancement ends."""
        return self.detail == "none"


class Picture(NamedTuple):
    """A picture, and what was done."""

    pixels: NDArray[np.uint8]
    """Height x width x 3, sRGB."""
    rendered: Rendered


def render(found: Thermogram, settings: PictureSettings) -> Picture:
    """Show temperatures in colours.

    Raises ThermalFileError where no pixel has a temperature in range, or a bar has no room.
    """
    celsius = found.celsius.astype(np.float64)
    levels = choose_levels(celsius, settings)
    table = build_table(settings.palette)
    shown = enhance(levels.measure(celsius), settings.detail, settings.detail_strength)
    colours = table[np.rint(np.nan_to_num(shown, nan=0.0) * 255).astype(np.intp)]
    pixels = colours.repeat(settings.enlarge, axis=0).repeat(settings.enlarge, axis=1)
    rendered = _describe(celsius, levels, settings, pixels)
    if settings.bar is None:
        return Picture(pixels, rendered)
    framed = add_bar(pixels, table, levels, settings.bar, settings.ticks)
    beside = {"picture": framed.picture, "bar_area": framed.bar, "ticks_c": framed.ticks_c}
    return Picture(framed.pixels, rendered.model_copy(update=beside))


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """The picture as a PNG; the same pixels give the same bytes."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _describe(
    celsius: NDArray[np.float64], levels: Levels, settings: PictureSettings, pixels: NDArray[np.uint8]
) -> Rendered:
    has_detail = settings.detail != "none"
    return Rendered(
        palette=settings.palette,
        stretch=settings.stretch,
        low_c=round(levels.low_c, 3),
        high_c=round(levels.high_c, 3),
        clip_percent=settings.clip_percent if settings.stretch == "percentile" else None,
        plateau=settings.plateau if settings.stretch == "plateau" else None,
        detail=settings.detail,
        detail_strength=settings.detail_strength if has_detail else None,
        below=int((celsius < levels.low_c).sum()),
        above=int((celsius > levels.high_c).sum()),
        missing=int((~np.isfinite(celsius)).sum()),
        enlarge=settings.enlarge,
        picture=(0, 0, pixels.shape[1], pixels.shape[0]),
        bar=settings.bar,
    )
