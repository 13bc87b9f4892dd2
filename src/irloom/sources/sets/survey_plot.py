"""Draws what a set holds: bars for pictures, data, scenes and labels."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from irloom.errors import StorageError
from irloom.sources.sets.survey import Survey

_INK, _SOFT, _LINE, _BAR = "#1d2433", "#5d6880", "#dfe3ec", "#4c72b0"
_MOST = 12
"""Bars of one chart; what is rarer is summed up."""
_COLUMNS = 3


def plot_survey(survey: Survey, out: Path) -> None:
    """Write one picture. Raises StorageError where it cannot be written."""
    charts = list_charts(survey)
    rows = -(-len(charts) // _COLUMNS)
    figure = Figure(figsize=(12, 3.4 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    places = figure.subplots(rows, _COLUMNS, squeeze=False).flat
    for axes, (title, counts) in zip(places, charts.items(), strict=False):
        _draw(axes, title, counts)
    for axes in list(figure.axes)[len(charts) :]:
        axes.set_visible(False)
    total = survey.totals["images"]
    figure.suptitle(
        f"{survey.name}: {total:,} images, {survey.looked_at:,} of them looked at",
        color=_INK,
        fontsize=13,
        x=0.01,
        ha="left",
    )
    try:
        figure.savefig(out, dpi=120)
    except (OSError, ValueError) as error:
        raise StorageError(f"{out} cannot be written ({error}): name a .png, .svg or .pdf file.") from error


def list_charts(survey: Survey) -> dict[str, Mapping[str, int]]:
    """What is drawn, by title; nothing of what the set does not say."""
    charts: dict[str, Mapping[str, int]] = {
        "infrared pictures": survey.pictures,
        "data": survey.data,
        "sizes": survey.sizes,
        **{f"scenes: {name}": counts for name, counts in survey.scenes.items()},
        "boxes by label (whole set)": survey.boxes,
        "pairs": survey.pairs,
    }
    return {title: _sum_up(counts) for title, counts in charts.items() if counts} or {
        "nothing": {"images": 0}
    }


def _sum_up(counts: Mapping[str, int]) -> dict[str, int]:
    names = list(counts)
    kept = {name: counts[name] for name in names[:_MOST]}
    rest = sum(counts[name] for name in names[_MOST:])
    return kept | ({f"{len(names) - _MOST} others": rest} if rest else {})


def _draw(axes: Axes, title: str, counts: Mapping[str, int]) -> None:
    axes.barh(range(len(counts)), list(counts.values()), height=0.66, color=_BAR)
    for place, number in enumerate(counts.values()):
        axes.text(number, place, f" {number:,}", va="center", fontsize=8, color=_SOFT)
    # Labels are a stranger's text, of which a dollar sign would begin a formula.
    axes.set_yticks(range(len(counts)), [name.replace("$", r"\$").replace("_", " ") for name in counts])
    axes.set_ylim(len(counts) - 0.4, -0.6)
    axes.set_title(title.replace("$", r"\$"), loc="left", fontsize=11, color=_INK)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9, colors=_INK)
    axes.spines[:].set_visible(False)
    axes.margins(x=0.15)
