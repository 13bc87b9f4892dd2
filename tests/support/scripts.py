"""Runs scripts of the embedded coder in this process, to look at the geometry that they draw."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from irloom.backends.offline.figures.answers import find_figure
from irloom.backends.offline.figures.figure import Figure


class Drawn:
    """A figure of the embedded coder, with the names that its script left behind."""

    def __init__(self, question: str) -> None:
        self.figure: Figure = find_figure(question)
        self.names: dict[str, Any] = {}
        exec(compile(self.figure.script, "script.py", "exec"), self.names)
        self.ax: Axes = self.names["ax"]

    @property
    def texts(self) -> set[str]:
        """Every text that stands in the drawing itself or below it, without ticks."""
        figure = self.ax.figure
        assert figure is not None
        found = [text.get_text() for text in [*self.ax.texts, *figure.texts]]
        legend = self.ax.get_legend()
        found += [text.get_text() for text in legend.get_texts()] if legend else []
        return {text for text in found if text}

    @property
    def strokes(self) -> list[np.ndarray]:
        """Every line as its points, one a row."""
        return [np.column_stack([line.get_xdata(), line.get_ydata()]) for line in self.ax.lines]

    def length(self, one: str, other: str) -> float:
        """The distance between two named points."""
        return float(np.hypot(*np.subtract(self.names["points"][one], self.names["points"][other])))

    def angle(self, corner: str, one: str, other: str) -> float:
        """The angle at a named point, in degrees."""
        arms = [np.subtract(self.names["points"][end], self.names["points"][corner]) for end in (one, other)]
        cosine = arms[0] @ arms[1] / np.hypot(*arms[0]) / np.hypot(*arms[1])
        return float(np.degrees(np.arccos(cosine)))
