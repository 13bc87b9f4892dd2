"""Draws how a data set covers EDIR's taxonomy, and the recall by subcategory."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from irloom.edits import PUBLISHED, SUBCATEGORIES, TAXONOMY, EditCategory, Subcategory, category_of
from irloom.errors import StorageError
from irloom.metrics.edir_layout import Case, Layout, Mode
from irloom.metrics.edir_scores import EdirScores, ModeScores

COLOURS: Mapping[EditCategory, str] = {
    "attribute": "#4c72b0",
    "object": "#dd8452",
    "relationship": "#55a868",
    "global": "#8172b3",
    "complex": "#c44e52",
}
_INK, _SOFT, _LINE = "#1d2433", "#5d6880", "#dfe3ec"
_PUBLISHED_MARK: Mapping[str, Any] = {
    "linestyle": "none",
    "marker": "|",
    "markersize": 13,
    "markeredgewidth": 2,
    "color": _INK,
}


def plot_edir(layout: Layout, scores: EdirScores, out: Path) -> None:
    """Write both as one picture; recall is that of the first mode. StorageError where it cannot be."""
    figure = Figure(figsize=(11, 6.2), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, sharey=True)
    mode, found = next(iter(scores.modes.items()))
    _draw_coverage(left, Counter(map(_subcategory_of, layout.cases)))
    _draw_recall(right, found, mode)
    left.set_yticks(range(len(SUBCATEGORIES)), SUBCATEGORIES)
    left.set_ylim(len(SUBCATEGORIES) - 0.4, -0.6)
    handles: list[Artist] = [Patch(color=colour, label=name) for name, colour in COLOURS.items()]
    handles.append(Line2D([], [], **_PUBLISHED_MARK, label="share in EDIR as published"))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    figure.suptitle(f"EDIR: {scores.embedder}", color=_INK, fontsize=13, x=0.01, ha="left")
    try:
        figure.savefig(out, dpi=120)
    except (OSError, ValueError) as error:
        raise StorageError(f"{out} cannot be written ({error}): name a .png, .svg or .pdf file.") from error


def _subcategory_of(case: Case) -> Subcategory | None:
    return case.query.subcategory


def _draw_coverage(axes: Axes, counts: Mapping[Subcategory | None, int]) -> None:
    """Shares of the queries whose subcategory is known, beside those that were published."""
    known = sum(counts.get(name, 0) for name in SUBCATEGORIES)
    published = sum(PUBLISHED.values())
    for place, name in enumerate(SUBCATEGORIES):
        share = 100 * counts.get(name, 0) / known if known else 0.0
        axes.barh(place, share, height=0.66, color=COLOURS[category_of(name)])
        axes.text(share + 0.3, place, f"{counts.get(name, 0):,}", va="center", fontsize=8, color=_SOFT)
    axes.plot(
        [100 * PUBLISHED[name] / published for name in SUBCATEGORIES],
        range(len(SUBCATEGORIES)),
        **_PUBLISHED_MARK,
    )
    _dress(axes, f"What the {known:,} queries ask for", "per cent of queries")
    axes.margins(x=0.12)
    axes.set_xlim(left=0)


def _draw_recall(axes: Axes, scores: ModeScores, mode: Mode) -> None:
    for place, name in enumerate(SUBCATEGORIES):
        group = scores.subcategories.get(name)
        if group is None:
            axes.text(99, place, "no queries", va="center", ha="right", fontsize=8, color=_SOFT)
            continue
        colour, first = COLOURS[category_of(name)], group.recall[1]
        axes.barh(place, 100 * group.recall[10].value, height=0.66, color=colour, alpha=0.22)
        axes.barh(place, 100 * first.value, height=0.66, color=colour)
        axes.plot([100 * first.low, 100 * first.high], [place, place], color=_INK, linewidth=1.4)
    axes.axvline(100 * scores.micro.recall[1].value, color=_INK, linewidth=1, linestyle=":")
    shown = {"both": "image and text", "text": "text alone", "image": "image alone"}[mode]
    _dress(axes, f"Recall@1, and pale @10, by {shown}", "per cent; line: 95 %, dots: Recall@1 of all (micro)")
    axes.set_xlim(0, 100)


def _dress(axes: Axes, title: str, label: str) -> None:
    axes.set_title(title, loc="left", fontsize=11, color=_INK)
    axes.set_xlabel(label, fontsize=9, color=_SOFT)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5, colors=_INK)
    axes.spines[:].set_visible(False)
    ends, place = [], -0.5
    for names in TAXONOMY.values():
        place += len(names)
        ends.append(place)
    for end in ends[:-1]:
        axes.axhline(end, color=_LINE, linewidth=0.8)
