"""Draws IF-Bench's scores by dimension and variant, beside what the longest option scores."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from irloom.errors import UserError
from irloom.pipelines.evaluate.ifbench.scores import AVERAGE, Table
from irloom.pipelines.evaluate.ifbench.tables import LONGEST, list_known

_COLOURS = ("#4c72b0", "#dd8452", "#55a868", "#8172b3", "#c44e52", "#937860")
_INK, _SOFT, _LINE = "#1d2433", "#5d6880", "#dfe3ec"
_MARK: Mapping[str, Any] = {
    "linestyle": "none",
    "marker": "|",
    "markersize": 26,
    "markeredgewidth": 2,
    "color": _INK,
}
_ROOM = 0.8
"""Share of a dimension's height that its bars take."""
_CHANCE = 25
_COLUMNS = 4
"""Of the legend, below each panel."""


def plot_scores(found: dict[str, Any], out: Path) -> None:
    """Write one picture, a panel a run; UserError where it cannot be written."""
    runs = list(zip(found["runs"], found["scores"], found["longest"], strict=True))
    figure = Figure(figsize=(6.2 * len(runs) + 2, 7.2), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(runs), squeeze=False)[0]
    for axes, (results, scores, longest) in zip(panels, runs, strict=True):
        shown = [one for one in scores if one.language == scores[-1].language]
        _draw(axes, shown, longest[-1], f"{results.name}: {results.model}")
    handles, labels = panels[0].get_legend_handles_labels()
    columns = _COLUMNS * len(runs)
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, markerscale=0.4)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(out, dpi=120)
    except OSError as error:
        raise UserError(f"--plot {out} cannot be written: {error.strerror or error}.") from error


def _draw(axes: Axes, tables: Sequence[Table], guessed: Table, title: str) -> None:
    names = [name for _, known in list_known(tables[0]) for name in known]
    height = _ROOM / len(tables)
    for number, table in enumerate(tables):
        colour = _COLOURS[number % len(_COLOURS)]
        for place, name in enumerate(names):
            score, at = table.dimensions[name], place - _ROOM / 2 + (number + 0.5) * height
            label = table.variant if place == 0 else None
            axes.barh(at, 100 * score.value, height=height * 0.9, color=colour, label=label)
            if score.low is not None and score.high is not None:
                axes.plot([100 * score.low, 100 * score.high], [at, at], color=_INK, linewidth=1)
    longest = [100 * guessed.dimensions[name].value for name in names]
    axes.plot(longest, range(len(names)), **_MARK, label=LONGEST)
    axes.axvline(_CHANCE, color=_SOFT, linestyle=":", linewidth=1, label="chance")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    _dress(axes, title, tables[0].language)


def _dress(axes: Axes, title: str, language: str) -> None:
    told = "languages averaged" if language == AVERAGE else language
    axes.set_title(title, loc="left", fontsize=11, color=_INK)
    axes.set_xlabel(f"per cent right, {told}; line: 95 %", fontsize=9, color=_SOFT)
    axes.set_xlim(0, 100)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5, colors=_INK)
    axes.spines[:].set_visible(False)
