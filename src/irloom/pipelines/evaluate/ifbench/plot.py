"""Draws IF-Bench's scores by dimension and variant, beside what the longest option scores."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from irloom.errors import UserError
from irloom.metrics.estimates import Estimate
from irloom.pipelines.evaluate.ifbench.config import VARIANTS
from irloom.pipelines.evaluate.ifbench.scores import AVERAGE, Table
from irloom.pipelines.evaluate.ifbench.tables import LONGEST, list_known

_COLOURS: Mapping[str, str] = dict(
    zip(VARIANTS, ("#4c72b0", "#dd8452", "#55a868", "#8172b3", "#c44e52", "#937860"), strict=True)
)
"""The same in all panels, whichever variants a run was asked."""
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
    figure = draw_scores(found)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(out, dpi=120)
    except OSError as error:
        raise UserError(f"--plot {out} cannot be written: {error.strerror or error}.") from error


def draw_scores(found: dict[str, Any]) -> Figure:
    """A panel a run side by side, and one legend for all."""
    runs = list(zip(found["runs"], found["scores"], found["guessed"], strict=True))
    most = max(len(results.variants) for results in found["runs"])
    figure = Figure(figsize=(6.2 * len(runs) + 2, max(7.2, 3 + 1.2 * most)), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(runs), squeeze=False)[0]
    for axes, (results, scores, guessed) in zip(panels, runs, strict=True):
        shown = [one for one in scores if one.language == scores[-1].language]
        _draw(axes, shown, guessed[-1][LONGEST], f"{results.name}: {results.model}")
    named = _gather_legend(panels)
    columns = _COLUMNS * len(runs)
    figure.legend(
        [*named.values()], [*named], loc="outside lower center", ncols=columns, frameon=False, markerscale=0.4
    )
    return figure


def _gather_legend(panels: Sequence[Axes]) -> dict[str, Any]:
    """What any panel shows, by its name: marks first, then the variants in one order."""
    found: dict[str, Any] = {}
    for axes in panels:
        handles, labels = axes.get_legend_handles_labels()
        found |= dict(zip(labels, handles, strict=True))
    marks = {name: handle for name, handle in found.items() if name not in _COLOURS}
    return marks | {name: found[name] for name in VARIANTS if name in found}


def _draw(axes: Axes, tables: Sequence[Table], guessed: Table, title: str) -> None:
    names = [*_list_rows(tables[0])]
    height = _ROOM / len(tables)
    for number, table in enumerate(tables):
        colour, scores = _COLOURS[table.variant], _list_rows(table)
        for place, name in enumerate(names):
            score, at = scores[name], place - _ROOM / 2 + (number + 0.5) * height
            label = table.variant if place == 0 else None
            axes.barh(at, 100 * score.value, height=height * 0.9, color=colour, label=label)
            if score.low is not None and score.high is not None:
                axes.plot([100 * score.low, 100 * score.high], [at, at], color=_INK, linewidth=1)
    longest = [100 * score.value for score in _list_rows(guessed).values()]
    axes.plot(longest, range(len(names)), **_MARK, label=LONGEST)
    axes.axvline(_CHANCE, color=_SOFT, linestyle=":", linewidth=1, label="chance")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    _dress(axes, title, tables[0].language)


def _list_rows(table: Table) -> dict[str, Estimate]:
    """What has a row: the whole, then each dimension that has questions."""
    known = (name for _, names in list_known(table) for name in names)
    return {"macro": table.macro, **{name: table.dimensions[name] for name in known}}


def _dress(axes: Axes, title: str, language: str) -> None:
    told = "languages averaged" if language == AVERAGE else language
    axes.set_title(title, loc="left", fontsize=11, color=_INK)
    axes.set_xlabel(f"per cent right, {told}; line: 95 %", fontsize=9, color=_SOFT)
    axes.set_xlim(0, 100)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5, colors=_INK)
    axes.spines[:].set_visible(False)
