"""`irloom bench NAME`: scores a run or a data set as its paper does."""

import argparse
import json
import tomllib
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from irloom.cli import bench_edir
from irloom.cli.table import align
from irloom.cli.terminal import show
from irloom.errors import EXIT_DONE


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the verb."""
    parser = verbs.add_parser("bench", help="score a run or a data set as the papers do")
    names = parser.add_subparsers(required=True, metavar="NAME")
    scigen = names.add_parser(
        "scigen",
        help="SciGenBench: R_inv, quizzes, marks, and how often scripts draw",
        description="Scores of an ImgCoder run, over all, by subject and by type. A figure that was not made "
        "counts as wrong.",
    )
    scigen.add_argument("run", metavar="RUN", help="a run of `irloom run imgcoder`")
    scigen.add_argument("--plot", metavar="FILE", help="write the scores by subject as a picture")
    scigen.add_argument("--json", action="store_true", help="for programs: one JSON object")
    scigen.set_defaults(bench=bench_scigen)
    bench_edir.add_arguments(names)
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Run the benchmark that was named."""
    code: int = arguments.bench(arguments)
    return code


def bench_scigen(arguments: argparse.Namespace) -> int:
    """Show the table, with the published one for orientation."""
    from irloom.pipelines.imgcoder.scigen import score_run

    scores = score_run(Path(arguments.run))
    if arguments.plot:
        from irloom.metrics.plots import plot_scores

        plot_scores(scores, Path(arguments.plot))
    if arguments.json:
        show(json.dumps(asdict(scores)))
        return EXIT_DONE
    from irloom.pipelines.imgcoder.scigen import COLUMNS, tabulate

    rows = [["", *COLUMNS], *tabulate(scores)]
    show(align(rows))
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
    text = files("irloom.data").joinpath("scigen_published.toml").read_text("utf-8")
    table = tomllib.loads(text)
    rows = [
        ["published", *table["columns"]],
        *([row["model"], *map(str, row["scores"])] for row in table["row"]),
    ]
    return f"{table['note']}\n{align(rows)}"
