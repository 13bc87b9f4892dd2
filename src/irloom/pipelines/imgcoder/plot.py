"""Draws the scores of a benchmark."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from irloom.errors import StorageError
from irloom.pipelines.imgcoder.scigen import ScigenScores, Score


def plot_scores(scores: ScigenScores, out: Path) -> None:
    """Write a bar chart by subject: figures drawn, R_inv with and without the open question."""
    groups = {"all": scores.overall, **scores.subjects}
    figure = Figure(figsize=(1.6 + 1.4 * len(groups), 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    bars = {
        "drawn": [score.drawn / score.problems if score.problems else None for score in groups.values()],
        "R_inv": [score.r_inv for score in groups.values()],
        "R_inv with the open question": [score.r_inv_open for score in groups.values()],
    }
    for number, (name, shares) in enumerate(bars.items()):
        known = [
            (place + 0.27 * (number - 1), share) for place, share in enumerate(shares) if share is not None
        ]
        axes.bar([place for place, _ in known], [100 * share for _, share in known], width=0.25, label=name)
    axes.set_xticks(range(len(groups)), [_name(name, score) for name, score in groups.items()])
    axes.set_ylim(0, 100)
    axes.set_ylabel("per cent of problems; what is missing is wrong")
    axes.legend(loc="upper right")
    try:
        figure.savefig(out, dpi=120)
    except (OSError, ValueError) as error:
        raise StorageError(f"{out} cannot be written ({error}): name a .png, .svg or .pdf file.") from error


def _name(name: str, score: Score) -> str:
    """A group with what its shares are of; nothing is drawn where no problem had quizzes."""
    quizzed = f"{score.quizzed:,} with quizzes" if score.quizzed else "no quizzes"
    return f"{name}\n{score.problems:,}, {quizzed}"
