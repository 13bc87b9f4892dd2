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
    text = f"{figures:,} drawn, {summary.counts['first_try']:,} by the first script"
    return [Made("figures", text, "figures.jsonl, images/"), *lines]


def read_marks(row: Mapping[str, Any]) -> Mapping[str, float]:
    """The judge's marks of a figure, by dimension."""
    marks: Mapping[str, float] = (row["judgement"] or {}).get("scores", {})
    return marks


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
)
CARD = Card(
    making="Figures were drawn by scripts that were written for scientific problems. They were run in a "
    "sandbox, checked without a model, and judged where a judge was set up.",
    limits=lambda config: ("A figure that passed its checks may still be drawn wrong.",),
    tags=("figures", "science"),
)
