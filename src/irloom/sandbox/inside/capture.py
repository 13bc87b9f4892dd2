"""Keeps the figures that a script saves or shows: drawn into memory, wherever it meant to put them."""

import io
import os
import weakref
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase, RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, FigureBase
from matplotlib.text import Text

from irloom.sandbox.inside.texts import Placed, Recorder, list_axes, list_headings, list_panels

How = Literal["saved", "shown", "left open"]

_SVG_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_SHAPING = ("dpi", "facecolor", "edgecolor", "bbox_inches", "pad_inches", "bbox_extra_artists")
_FRAMES = ("raw", "rgba")
"""Formats in which animations ask for every frame."""

_print_figure = FigureCanvasBase.print_figure
_draw_canvas: Any = FigureCanvasAgg.draw
_draw_text = Text.draw


class FigureTooLarge(Exception):
    """The figure would have more pixels than a job may draw."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one figure looked like."""

    texts: list[Placed]
    axes: list[Placed]
    blank: bool
    """Nothing but frames, ticks and titles is in it, or all its pixels are alike."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure in both forms."""

    how: How
    png: bytes
    svg: bytes
    drawn: Drawn


class Capture:
    """Stands in for what would write figures to files and windows, in the process of one job."""

    def __init__(self, max_side: int, max_pixels: int) -> None:
        self.picture: Picture | None = None
        """The figure that was saved last, else the one that was shown or left open last."""
        self.saved: set[str] = set()
        """The names under which figures were saved, as absolute paths."""
        self.figures = 0
        """How many figures were saved, shown or left open."""
        self._max_side = max_side
        self._max_pixels = max_pixels
        self._seen: weakref.WeakSet[Figure] = weakref.WeakSet()
        self._recorder: Recorder | None = None
        self._printing = False
        self._drawn: Drawn | None = None

    def install(self) -> None:
        """Take the place of Matplotlib's own functions in this process."""

        def save(canvas: FigureCanvasBase, filename: Any, *args: Any, **options: Any) -> Any:
            return self._save(canvas, filename, *args, **options)

        def draw(canvas: FigureCanvasAgg) -> None:
            self._draw(canvas)

        def draw_text(text: Text, renderer: RendererBase) -> None:
            _draw_text(text, renderer)
            if self._recorder is not None:
                self._recorder.note(text, renderer)

        def show(*_: object, **__: object) -> None:
            self.take_open("shown")

        patches: list[tuple[Any, str, Any]] = [
            (FigureCanvasBase, "print_figure", save),
            (FigureCanvasAgg, "draw", draw),
            (Text, "draw", draw_text),
            (Figure, "show", show),
            (pyplot, "show", show),
        ]
        for owner, name, function in patches:
            setattr(owner, name, function)

    def take_open(self, how: How) -> None:
        """Draw the current figure, unless one was saved, which counts for more."""
        numbers = pyplot.get_fignums()
        if not numbers:
            return
        current = pyplot.gcf()
        for number in numbers:
            self._count(pyplot.figure(number))
        pyplot.figure(current)
        if self.picture is None or self.picture.how == "shown":
            self._take(current.canvas, how, {})

    def _save(
        self,
        canvas: FigureCanvasBase,
        filename: Any,
        dpi: Any = None,
        facecolor: Any = None,
        edgecolor: Any = None,
        orientation: str = "portrait",
        format: str | None = None,
        **options: Any,
    ) -> Any:
        options |= {"dpi": dpi, "facecolor": facecolor, "edgecolor": edgecolor}
        in_file = isinstance(filename, (str, os.PathLike))
        suffix = PurePath(filename).suffix[1:] if in_file else ""
        form = (format or suffix or canvas.get_default_filetype()).lower()
        if form not in canvas.get_supported_filetypes():
            raise ValueError(f"format {form!r} is not supported, only {_list_formats(canvas)}")
        if form not in _FRAMES:
            self._count(canvas.figure)
            self._take(canvas, "saved", {key: options[key] for key in _SHAPING if key in options})
        if in_file:
            self.saved.add(os.path.abspath(os.fspath(filename)))  # noqa: PTH100 (asks no file)
            return None
        return _print_figure(canvas, filename, orientation=orientation, format=format, **options)

    def _take(self, canvas: FigureCanvasBase, how: How, shaping: dict[str, Any]) -> None:
        png, svg = io.BytesIO(), io.BytesIO()
        self._printing = True
        try:
            _print_figure(canvas, png, format="png", metadata={"Software": None}, **shaping)
        finally:
            self._printing = False
        with mpl.rc_context({"svg.hashsalt": "irloom"}):
            _print_figure(canvas, svg, format="svg", metadata=_SVG_METADATA, **shaping)
        if self._drawn is None:
            raise RuntimeError("the figure was not drawn by Matplotlib's own canvas")
        self.picture = Picture(how, png.getvalue(), svg.getvalue(), self._drawn)

    def _draw(self, canvas: Any) -> None:
        self._check_size(*canvas.get_width_height())
        if not self._printing:
            _draw_canvas(canvas)
            return
        self._recorder = Recorder()
        try:
            _draw_canvas(canvas)
            pixels = np.asarray(canvas.buffer_rgba())
            height, width = pixels.shape[:2]
            texts, axes = self._recorder.finish(canvas.figure, width, height)
            self._drawn = Drawn(texts, axes, not _has_content(canvas.figure) or _is_uniform(pixels))
        finally:
            self._recorder = None

    def _check_size(self, width: int, height: int) -> None:
        if max(width, height) > self._max_side or width * height > self._max_pixels:
            raise FigureTooLarge(
                f"the figure would be {width} x {height} pixels; at most {self._max_side} a side and "
                f"{self._max_pixels:,} in all are drawn: choose a smaller figsize or dpi"
            )

    def _count(self, figure: Figure) -> None:
        if figure not in self._seen:
            self._seen.add(figure)
            self.figures += 1


def _list_formats(canvas: FigureCanvasBase) -> str:
    return ", ".join(sorted(canvas.get_supported_filetypes()))


def _has_content(figure: Figure) -> bool:
    return any(map(_holds_something, list_panels(figure))) or any(map(_shows_something, list_axes(figure)))


def _holds_something(panel: FigureBase) -> bool:
    headings = [text for text, _ in list_headings(panel)]
    texts = [text for text in panel.texts if text not in headings]
    return any((texts, panel.lines, panel.patches, panel.images, panel.legends, panel.artists))


def _shows_something(axes: Axes) -> bool:
    return axes.has_data() or any((axes.texts, axes.tables, axes.artists))


def _is_uniform(pixels: np.ndarray) -> bool:
    return bool((pixels == pixels[0, 0]).all())
