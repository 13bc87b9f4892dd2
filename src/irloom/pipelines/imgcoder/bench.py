"""`irloom bench scigen RUN`: SciGenBench's scores of an ImgCoder run, beside the published ones."""

import argparse
import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.arguments import picture_file
from irloom.errors import EXIT_DONE
from irloom.views.terminal import align, show

if TYPE_CHECKING:
    from irloom.pipelines.imgcoder.scigen import ScigenScores

DESCRIPTION = (
    "Scores of an ImgCoder run, over all, by subject and by type. A figure, answer or mark that is missing "
    "counts as wrong; what was answered alone stands beside."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("run", metavar="RUN", help="a run of `irloom run imgcoder`")
    parser.add_argument(
        "--plot", type=picture_file, metavar="FILE", help="write the scores by subject as a picture"
    )
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")


def main(arguments: argparse.Namespace) -> int:
    """Show the tables, with the published one for orientation."""
    from irloom.pipelines.imgcoder.scigen import as_json, score_run

    scores = score_run(Path(arguments.run))
    if arguments.plot:
        from irloom.pipelines.imgcoder.plot import plot_scores

        plot_scores(scores, arguments.plot)
    show(json.dumps(as_json(scores)) if arguments.json else _describe(scores))
    return EXIT_DONE


def _describe(scores: "ScigenScores") -> str:
    from irloom.pipelines.imgcoder import tables

    counted = align([["", *tables.COLUMNS], *tables.tabulate(scores)])
    answered = align([["of what was answered", *tables.ANSWERED], *tables.tabulate_answered(scores)])
    return "\n\n".join([counted, answered, "\n".join(tables.list_notes(scores)), _published()])


def _published() -> str:
    table = tomllib.loads(files("irloom.data").joinpath("scigen_published.toml").read_text("utf-8"))
    rows = [
        ["published", *table["columns"]],
        *([row["model"], *map(str, row["scores"])] for row in table["row"]),
    ]
    return f"{table['note']}\n{align(rows)}"
