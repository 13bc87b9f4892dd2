"""Means of figures that a flow names, each with how many rows it is of and what has no figure."""

from collections.abc import Mapping, Sequence
from typing import Any

from irloom.engine.summary import Summary
from irloom.pipelines.flow import Means

Sums = Mapping[str, Sequence[float]]
"""By name the sum of a figure and the number of rows that have it."""


def tell_means(
    plot: Means, sums: Sums, summary: Summary, config: Mapping[str, Any]
) -> tuple[str, dict[str, float]]:
    """The note below a plot of means, and the means by name; none where no row has a figure.

    Without a whole each mean is of the rows that have the figure, whose number stands behind its name. With
    one it is of the whole, where what has no figure counts as 0, and the note says the means without that.
    """
    whole = plot.whole(summary, config) if plot.whole is not None else 0
    lacking = plot.lacking(summary)
    if not whole:
        named = {f"{name} ({number:,.0f})": total / number for name, (total, number) in sums.items()}
        return " ".join(filter(None, (plot.note, lacking))), _round(named)
    means = _round({name: total / whole for name, (total, _) in sums.items()})
    alone = "; ".join(
        f"{name} {total / number:.2f} of {number:,.0f}" for name, (total, number) in sums.items()
    )
    told = f"Of {whole:,}, where what has none counts as 0. Those that have one alone: {alone}."
    return " ".join(filter(None, (plot.note, told, lacking))), means


def _round(means: Mapping[str, float]) -> dict[str, float]:
    return {name: round(mean, 2) for name, mean in means.items()}
