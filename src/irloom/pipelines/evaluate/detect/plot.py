"""Draws detectors' AUROC by group, their scores by place in the text, and what thresholds keep."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from irloom.errors import StorageError
from irloom.metrics.estimates import Estimate
from irloom.pipelines.evaluate.detect.results import Result, RunResult

_COLOURS = ("#4c72b0", "#dd8452", "#55a868", "#8172b3", "#c44e52", "#937860")
_INK, _SOFT, _LINE = "#1d2433", "#5d6880", "#dfe3ec"
_ROOM = 0.8
"""Share of a group's height that its bars take."""
_MEAN = "mean"


def plot_result(result: Result, out: Path) -> None:
    """Write one picture; StorageError where it cannot be written."""
    figure = Figure(figsize=(16, 6.4), layout="constrained")
    FigureCanvasAgg(figure)
    groups, places, kept = figure.subplots(1, 3, width_ratios=(1.3, 1, 1))
    _draw_groups(groups, result.runs)
    _draw_places(places, result.runs)
    _draw_filter(kept, result.runs)
    handles, labels = groups.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 6), frameon=False)
    try:
        figure.savefig(out, dpi=120)
    except (OSError, ValueError) as error:
        raise StorageError(f"{out} cannot be written ({error}): name a .png, .svg or .pdf file.") from error


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _draw_groups(axes: Axes, runs: Sequence[RunResult]) -> None:
    names = [*sorted({one.name for run in runs for one in run.scored.groups}), _MEAN]
    height = _ROOM / len(runs)
    for number, run in enumerate(runs):
        found = _list_estimates(run)
        label: str | None = f"{run.run.name}: {run.run.model}"
        for place, name in enumerate(names):
            if (estimate := found.get(name)) is not None:
                at = place - _ROOM / 2 + (number + 0.5) * height
                _draw_bar(axes, estimate, at, height * 0.9, color=_colour(number), label=label)
                label = None
    axes.axvline(50, color=_SOFT, linestyle=":", linewidth=1, label="chance")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    _dress(axes, "AUROC by group", "per cent; line: 95 %", "x")


def _list_estimates(run: RunResult) -> Mapping[str, Estimate | None]:
    return {one.name: one.auroc for one in run.scored.groups} | {_MEAN: run.scored.mean}


def _draw_bar(axes: Axes, estimate: Estimate, at: float, height: float, **how: Any) -> None:
    axes.barh(at, 100 * estimate.value, height=height, **how)
    if estimate.low is not None and estimate.high is not None:
        axes.plot([100 * estimate.low, 100 * estimate.high], [at, at], color=_INK, linewidth=1)


def _draw_places(axes: Axes, runs: Sequence[RunResult]) -> None:
    for number, run in enumerate(runs):
        right = [(one.position, one.correct_mean) for one in run.positions if one.correct_mean is not None]
        wrong = [
            (one.position, one.incorrect_mean) for one in run.positions if one.incorrect_mean is not None
        ]
        for points, line in ((right, "-"), (wrong, "--")):
            if points:
                axes.plot(*zip(*points, strict=True), line, marker="o", markersize=4, color=_colour(number))
    places = sorted({one.position for run in runs for one in run.positions})
    axes.set_xticks(places)
    if not places:
        axes.text(
            0.5, 0.5, "no sentence has a known place", ha="center", transform=axes.transAxes, color=_SOFT
        )
    _dress(axes, "Mean score by place in the text", "sentence from 0, the sixth with all that follow", "both")
    axes.set_ylabel("score; whole: correct, dashed: incorrect", fontsize=9, color=_SOFT)


def _draw_filter(axes: Axes, runs: Sequence[RunResult]) -> None:
    for number, run in enumerate(runs):
        kept = [100 * one.share for one in run.filter.lines if one.kept]
        noise = [100 * one.noise for one in run.filter.lines if one.kept]
        axes.plot(kept, noise, color=_colour(number), marker="o", markersize=3)
        axes.axhline(100 * run.filter.noise, color=_colour(number), linestyle=":", linewidth=1)
    axes.set_ylim(bottom=0)
    axes.invert_xaxis()
    _dress(axes, "Errors among what a threshold keeps", "per cent of sentences kept; dots: before", "both")
    axes.set_ylabel("per cent wrong", fontsize=9, color=_SOFT)


def _dress(axes: Axes, title: str, label: str, grid: Any) -> None:
    axes.set_title(title, loc="left", fontsize=11, color=_INK)
    axes.set_xlabel(label, fontsize=9, color=_SOFT)
    axes.grid(axis=grid, color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5, colors=_INK)
    axes.spines[:].set_visible(False)
