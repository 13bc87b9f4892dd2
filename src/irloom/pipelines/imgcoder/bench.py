"""`irloom bench scigen RUN`: SciGenBench's scores of an ImgCoder run, beside the published ones."""

import argparse
import json
import tomllib
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from irloom.errors import EXIT_DONE
from irloom.views.terminal import align, show

DESCRIPTION = (
    "Scores of an ImgCoder run, over all, by subject and by type. A figure that was not made counts as wrong."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("run", metavar="RUN", help="a run of `irloom run imgcoder`")
    parser.add_argument("--plot", metavar="FILE", help="write the scores by subject as a picture")
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")


def main(arguments: argparse.Namespace) -> int:
    """Show the table, with the published one for orientation."""
    from irloom.pipelines.imgcoder.scigen import COLUMNS, score_run, tabulate

    scores = score_run(Path(arguments.run))
    if arguments.plot:
        from irloom.pipelines.imgcoder.plot import plot_scores

        plot_scores(scores, Path(arguments.plot))
    if arguments.json:
        show(json.dumps(asdict(scores)))
        return EXIT_DONE
    show(align([["", *COLUMNS], *tabulate(scores)]))
    notes = [
        "R_inv: per cent of figures whose quizzes are all answered right; +open: and the problem is solved.",
        "Marks from 0 to 2: correctness, layout, readability, plausibility, expressiveness.",
    ]
    if scores.overall.failed:
        notes.append(
            f"{scores.overall.failed} failed: they count as wrong; retry with `irloom resume --retry-failed`."
        )
    for name, passed in sorted(scores.overall.checks.items()):
        notes.append(f"check {name}: {sum(passed)} of {len(passed)} passed")
    show("\n".join(["", *notes, "", _published()]))
    return EXIT_DONE


def _published() -> str:
    table = tomllib.loads(files("irloom.data").joinpath("scigen_published.toml").read_text("utf-8"))
    rows = [
        ["published", *table["columns"]],
        *([row["model"], *map(str, row["scores"])] for row in table["row"]),
    ]
    return f"{table['note']}\n{align(rows)}"
