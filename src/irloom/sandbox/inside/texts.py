"""Notes every text of a figure while the renderer draws it: what it is, and where it lies."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure, FigureBase
from matplotlib.legend import Legend
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from irloom.sandbox.inside.plain import write_plainly

Placed = dict[str, Any]

_EDGE_PX = 0.5
"""How far a text may stick out before it counts as cut: antialiasing and rounding."""


class Recorder:
    """Collects the texts of one drawing."""

    def __init__(self) -> None:
        self._placed: dict[Text, Placed] = {}

    def note(self, text: Text, renderer: RendererBase) -> None:
        """Note a text that was just drawn, in pixels with y upwards."""
        if not text.get_visible() or not text.get_text().strip():
            return
        box = _find_box(text, renderer)
        if not np.isfinite(box.extents).all():
            return
        self._placed[text] = {
            "text": text.get_text(),
            "plain": write_plainly(text.get_text()) if text.get_parse_math() else text.get_text(),
            "rotation": float(text.get_rotation()) % 360,
            "box": box,
            "corners": _find_corners(text, renderer, box),
            "font_px": _find_font_px(text, renderer),
        }

    def finish(self, figure: Figure, width: int, height: int) -> tuple[list[Placed], list[Placed]]:
        """Give texts and axes, with their places in 0..1 of the canvas and y downwards."""
        canvas = Bbox.from_bounds(0, 0, width, height)
        roles = {id(text): (role, place) for text, role, place in _find_roles(figure)}
        texts = []
        for text, placed in self._placed.items():
            role, axes = roles.get(id(text), ("other", None))
            shown = _find_shown(text, placed["box"], canvas)
            texts.append(
                placed
                | {
                    "role": role,
                    "axes": axes,
                    "visible": shown is not None and text.get_alpha() != 0,
                    "clipped": shown is None or _is_smaller(shown, placed["box"]),
                    "box": _scale(placed["box"], width, height),
                    "corners": [_scale_point(x, y, width, height) for x, y in placed["corners"]],
                }
            )
        return texts, [_describe_axes(axes, width, height) for axes in list_axes(figure)]


def list_panels(figure: FigureBase) -> list[FigureBase]:
    """Give a figure and the figures in it."""
    return [figure, *(panel for part in figure.subfigs for panel in list_panels(part))]


def list_headings(panel: FigureBase) -> list[tuple[Text, str]]:
    """Give the texts that head or border a figure, with their roles."""
    named = (("_suptitle", "title"), ("_supxlabel", "axis_label"), ("_supylabel", "axis_label"))
    found = ((getattr(panel, name, None), role) for name, role in named)
    return [(text, role) for text, role in found if text is not None]


def list_axes(figure: FigureBase) -> list[Axes]:
    """Give the axes of a figure, and those set into others."""
    outer: Any = figure.axes  # the stub has the type of another class's attribute
    found: list[Any] = list(outer)
    for axes in found:
        found += axes.child_axes  # which the loop comes to in its turn
    return found


def _find_font_px(text: Text, renderer: Any) -> float:
    return float(renderer.points_to_pixels(text.get_fontsize()))


def _find_box(text: Text, renderer: RendererBase) -> Bbox:
    # Of the text alone: an annotation's own method adds its arrow.
    return Text.get_window_extent(text, renderer)


def _find_corners(text: Text, renderer: RendererBase, box: Bbox) -> list[tuple[float, float]]:
    """Give the corners of the text itself, which for a slanted one are not those of its box."""
    # A text that turns with its coordinates cannot be turned back by its angle; its box has to do.
    angle, level = 0.0 if text.get_transform_rotates_text() else text.get_rotation(), box
    if angle:
        text.set_rotation(0)
        level = _find_box(text, renderer)
        text.set_rotation(angle)
    slant, width, height = math.radians(angle), level.width, level.height
    middle_x, middle_y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    across = (math.cos(slant) * width / 2, math.sin(slant) * width / 2)
    up = (-math.sin(slant) * height / 2, math.cos(slant) * height / 2)
    signs = ((-1, 1), (1, 1), (1, -1), (-1, -1))
    return [(middle_x + a * across[0] + b * up[0], middle_y + a * across[1] + b * up[1]) for a, b in signs]


def _find_roles(figure: Figure) -> Iterator[tuple[Text, str, int | None]]:
    for panel in list_panels(figure):
        yield from ((text, _tell_text(text), None) for text in panel.texts)
        yield from ((text, role, None) for text, role in list_headings(panel))
        for legend in panel.legends:
            yield from ((text, "legend", None) for text in _list_legend(legend))
    for place, axes in enumerate(list_axes(figure)):
        yield from ((text, role, place) for text, role in _find_axes_roles(axes))


def _find_axes_roles(axes: Axes) -> Iterator[tuple[Text, str]]:
    for text in axes.texts:
        yield text, _tell_text(text)
    for name in ("title", "_left_title", "_right_title"):
        yield getattr(axes, name), "title"
    for name in ("xaxis", "yaxis", "zaxis"):
        if (axis := getattr(axes, name, None)) is not None:
            yield axis.label, "axis_label"
            yield axis.offsetText, "tick_label"
            for tick in (*axis.majorTicks, *axis.minorTicks):
                yield tick.label1, "tick_label"
                yield tick.label2, "tick_label"
    for artist in axes.get_children():
        if isinstance(artist, Legend):
            yield from ((text, "legend") for text in _list_legend(artist))
    for table in axes.tables:
        yield from ((cell.get_text(), "table") for cell in table.get_celld().values())


def _tell_text(text: Text) -> str:
    return "annotation" if isinstance(text, Annotation) else "text"


def _list_legend(legend: Legend) -> list[Text]:
    return [*legend.get_texts(), legend.get_title()]


def _find_shown(text: Artist, box: Bbox, canvas: Bbox) -> Bbox | None:
    """Give the part of the box that lies on the canvas and inside the text's clip."""
    shown = Bbox.intersection(box, canvas)
    clip = text.get_clip_box() if text.get_clip_on() else None
    return shown if shown is None or clip is None else Bbox.intersection(shown, clip)


def _is_smaller(shown: Bbox, box: Bbox) -> bool:
    return not np.allclose(shown.extents, box.extents, rtol=0, atol=_EDGE_PX)


def _describe_axes(axes: Axes, width: int, height: int) -> Placed:
    return {"kind": axes.name, "visible": axes.get_visible(), "box": _scale(axes.bbox, width, height)}


def _scale(box: Any, width: int, height: int) -> tuple[float, float, float, float]:
    x1, y1 = _scale_point(box.x0, box.y1, width, height)
    x2, y2 = _scale_point(box.x1, box.y0, width, height)
    return x1, y1, x2, y2


def _scale_point(x: float, y: float, width: int, height: int) -> tuple[float, float]:
    return round(x / width, 6), round(1 - y / height, 6)
