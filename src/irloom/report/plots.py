"""Draws what happened in a run, as SVG."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from irloom.report.course import Ending, Spent
from irloom.views.outcomes import Labels, name_outcome

_INK, _DIM = "#20242a", "#69707a"
_ROUNDS = ("#1d7a4c", "#58a97c", "#9dcfb2", "#cfe8d9")
"""Accepted in the first round, the second, the third, later."""
_OUTCOMES = {"unjudged": "#4d8fc4", "rejected": "#e0a030", "failed": "#c4453c"}
_BLUE, _ORANGE = "#2f6fbd", "#d9822b"
_WIDTH = 6.0
"""Inches."""
_BARS = 12
"""The most that a plot of counts shows."""
_STYLE = Path(__file__).with_name("report.mplstyle")


def draw_endings(endings: Mapping[str, Mapping[Ending, int]], labels: Labels = MappingProxyType({})) -> bytes:
    """How tasks ended, a bar a kind: accepted by round, then what was not; `labels` name the outcomes."""
    kinds = [kind for kind, counts in endings.items() if sum(counts.values())]
    with mpl.rc_context(fname=_STYLE):
        figure, axes = _start(0.9 + 0.34 * len(kinds))
        left = [0.0] * len(kinds)
        for label, colour, shares in _list_endings(endings, kinds, labels):
            axes.barh(range(len(kinds)), shares, 0.66, left=left, color=colour, label=label)
            left = [one + share for one, share in zip(left, shares, strict=True)]
        axes.set_yticks(
            range(len(kinds)),
            [f"{kind}  {sum(endings[kind].values()):,}" for kind in kinds],
            parse_math=False,
        )
        axes.set_xlim(0, 100)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
        axes.grid(axis="y", visible=False)
        axes.invert_yaxis()
        figure.legend(loc="outside upper left", ncols=4, handlelength=1, columnspacing=1.2)
        return _to_svg(figure)


def counts_rounds(endings: Mapping[str, Mapping[Ending, int]]) -> bool:
    """Whether any task went through rounds."""
    return any(place for counts in endings.values() for _, place in counts)


def draw_rules(rules: Sequence[tuple[int, int]]) -> bytes:
    """Standing rules over committed samples."""
    with mpl.rc_context(fname=_STYLE):
        figure, axes = _start(2.3)
        commits, counts = zip(*rules, strict=True)
        axes.step(commits, counts, where="post", color=_BLUE, linewidth=1.8)
        axes.fill_between(commits, counts, step="post", color=_BLUE, alpha=0.12)
        axes.set_ylim(0)
        axes.set_xlim(0, max(1, commits[-1]))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(_shorten))
        _label(axes, "samples", "standing rules")
        return _to_svg(figure)


def draw_scatter(
    scores: Sequence[tuple[float, float]], axes: tuple[str, str], names: tuple[str, str]
) -> bytes:
    """Two figures of rows against each other, and how both are spread."""
    with mpl.rc_context(fname=_STYLE):
        figure = _open(2.9)
        points, spread = figure.subplots(1, 2)
        original, chosen = zip(*scores, strict=True)
        low, high = min(original + chosen), max(original + chosen)
        margin = (high - low) * 0.04 or 0.05
        points.plot([low, high], [low, high], color=_DIM, linewidth=0.8, linestyle=(0, (4, 3)))
        points.scatter(original, chosen, s=9, color=_BLUE, alpha=0.35, linewidths=0, rasterized=True)
        points.set_xlim(low - margin, high + margin)
        points.set_ylim(low - margin, high + margin)
        _label(points, *axes)
        bins = [low + (high - low or 1) * place / 24 for place in range(25)]
        spread.hist(original, bins, color=_ORANGE, alpha=0.55, label=names[0])
        spread.hist(chosen, bins, color=_BLUE, alpha=0.55, label=names[1])
        spread.set_ylim(top=spread.get_ylim()[1] * 1.25)  # room for the legend
        spread.legend(loc="upper left", ncols=2, handlelength=1, columnspacing=1)
        _label(spread, "", "rows")
        return _to_svg(figure)


def draw_spent(spent: Sequence[Spent]) -> bytes:
    """Requests, and where there are any tokens and dollars, over committed samples."""
    curves: list[tuple[str, list[tuple[str, str, list[float]]]]] = [
        ("requests", [("requests", _BLUE, [one.requests for one in spent])])
    ]
    if spent[-1].prompt_tokens or spent[-1].completion_tokens:
        prompt = ("prompt", _BLUE, [float(one.prompt_tokens) for one in spent])
        curves.append(("tokens", [prompt, ("completion", _ORANGE, [one.completion_tokens for one in spent])]))
    if spent[-1].cost_usd:
        curves.append(("US dollars", [("cost", _ROUNDS[0], [one.cost_usd for one in spent])]))
    with mpl.rc_context(fname=_STYLE):
        figure = _open(2.3)
        for axes, (name, lines) in zip(
            figure.subplots(1, len(curves), squeeze=False)[0], curves, strict=True
        ):
            for label, colour, values in lines:
                axes.plot([0, *(one.samples for one in spent)], [0, *values], color=colour, label=label)
            axes.set_ylim(0)
            axes.set_xlim(0)
            axes.yaxis.set_major_formatter(FuncFormatter(_shorten))
            axes.xaxis.set_major_formatter(FuncFormatter(_shorten))
            axes.xaxis.set_major_locator(MaxNLocator(4))
            if len(lines) > 1:
                axes.legend(loc="upper left", handlelength=1)
            _label(axes, "samples", name)
        return _to_svg(figure)


def draw_counts(counts: Mapping[str, float], colour: str) -> bytes:
    """A bar for each name, the largest first."""
    names = sorted(counts, key=lambda name: (-counts[name], name))[:_BARS]
    with mpl.rc_context(fname=_STYLE):
        figure, axes = _start(0.5 + 0.3 * len(names))
        bars = axes.barh(range(len(names)), [counts[name] for name in names], 0.66, color=colour)
        axes.bar_label(bars, [f"{counts[name]:,}" for name in names], padding=4, color=_INK)
        axes.set_yticks(range(len(names)), names, parse_math=False)
        axes.set_xlim(0, max(counts.values()) * 1.12)
        axes.xaxis.set_visible(False)
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.invert_yaxis()
        return _to_svg(figure)


def _list_endings(
    endings: Mapping[str, Mapping[Ending, int]], kinds: Sequence[str], labels: Labels
) -> list[tuple[str, str, list[float]]]:
    """Label, colour and share of each kind of task, for what occurs."""
    found: list[tuple[str, str, list[Ending]]] = []
    every = {ending for kind in kinds for ending in endings[kind]}
    accepted, has_rounds = name_outcome("accepted", labels), counts_rounds(endings)
    for place, colour in enumerate(_ROUNDS, 1):
        last = place == len(_ROUNDS)
        own = [
            one
            for one in every
            if one[0] == "accepted" and (max(one[1], 1) == place or (last and one[1] > place))
        ]
        when = f" in round {place}{' or later' if last else ''}" if has_rounds else ""
        found.append((accepted + when, colour, own))
    for outcome, colour in _OUTCOMES.items():
        found.append((name_outcome(outcome, labels), colour, [one for one in every if one[0] == outcome]))
    totals = {kind: sum(endings[kind].values()) for kind in kinds}
    return [
        (
            label,
            colour,
            [100 * sum(endings[kind].get(one, 0) for one in own) / totals[kind] for kind in kinds],
        )
        for label, colour, own in found
        if own
    ]


def _open(height: float) -> Figure:
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    FigureCanvasSVG(figure)
    return figure


def _start(height: float) -> tuple[Figure, Axes]:
    figure = _open(height)
    return figure, figure.subplots()


def _label(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across)
    axes.set_ylabel(up)


def _shorten(value: float, _: int | None = None) -> str:
    """12,000 as 12k, so that the axis has room."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _to_svg(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", transparent=True, dpi=160, metadata={"Date": None})
    return buffer.getvalue()
