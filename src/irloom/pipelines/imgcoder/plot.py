"""Draws the scores of a benchmark."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from irloom.errors import StorageError
from irloom.pipelines.imgcoder.scigen import ScigenScores


def plot_scores(scores: ScigenScores, out: Path) -> None:
    """Write a bar chart by subject: figures drawn, R_inv with and without the open question."""
    groups = {"all": scores.overall, **scores.subjects}
    figure = Figure(figsize=(1.6 + 1.4 * len(groups), 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    bars = {
        "drawn": [100 * score.drawn / score.problems if score.problems else 0 for score in groups.values()],
        "R_inv": [100 * (score.r_inv or 0) for score in groups.values()],
        "R_inv with the open question": [100 * (score.r_inv_open or 0) for score in groups.values()],
    }
    for number, (name, heights) in enumerate(bars.items()):
        places = [place + 0.27 * (number - 1) for place in range(len(groups))]
        axes.bar(places, heights, width=0.25, label=name)
    axes.set_xticks(range(len(groups)), [f"{name}\n{score.problems}" for name, score in groups.items()])
    axes.set_ylim(0, 100)
    axes.set_ylabel("per cent of problems")
    axes.legend(loc="upper right")
    try:
        figure.savefig(out, dpi=120)
    except (OSError, ValueError) as error:
        raise StorageError(f"{out} cannot be written ({error}): name a .png, .svg or .pdf file.") from error
