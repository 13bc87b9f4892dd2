"""What is said of an ImgCoder run: what it made, its marks, its data card."""

from collections.abc import Mapping
from typing import Any

from irloom.engine.summary import Summary
from irloom.pipelines.flow import Card, Data, Exported, Made, Means
from irloom.pipelines.tasks import tell_instructions


def tell_made(summary: Summary) -> list[Made]:
    """Figures and instructions."""
    lines = tell_instructions(summary, "problems")
    figures = summary.counts["figures"]
    if not figures:
        return lines
    of = f"of {summary.samples:,} problems"
    text = f"{figures:,} drawn {of}, {summary.counts['first_try']:,} by the first script"
    return [Made("figures", text, "figures.jsonl, images/"), *lines]


def read_marks(row: Mapping[str, Any]) -> Mapping[str, float]:
    """The judge's marks of a figure, by dimension."""
    marks: Mapping[str, float] = (row["judgement"] or {}).get("scores", {})
    return marks


def count_to_judge(summary: Summary, config: Mapping[str, Any]) -> int:
    """The problems whose figure was to be judged: all of a run with a judge, those without a figure too."""
    return summary.samples if config.get("judging") else 0


FIGURES = Data(name="figures", what="figures: a scientific problem, a script that draws it, and the picture")
INSTRUCTIONS = Data(
    name="instructions",
    what="instructions: a figure, and a question about it with its answer",
    export=Exported(),
)
MARKS = Means(
    data="figures",
    title="Marks of figures",
    note="Means of the judge's marks, 0 to 2.",
    read=read_marks,
    whole=count_to_judge,
)
CARD = Card(
    making="Figures were drawn by scripts that were written for scientific problems. They were run in a "
    "sandbox, checked without a model, and judged where a judge was set up.",
    limits=lambda config: ("A figure that passed its checks may still be drawn wrong.",),
    tags=("figures", "science"),
)
