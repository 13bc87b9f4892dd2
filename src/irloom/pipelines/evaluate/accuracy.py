"""`irloom bench NAME RUN…` for a benchmark without scores of its own: what share is right."""

import argparse
import json
from collections import Counter
from pathlib import Path

from irloom.arguments import EachOnce
from irloom.engine.reader import iterate_rows
from irloom.errors import EXIT_DONE, ConfigError
from irloom.pipelines.evaluate.reading import list_missed
from irloom.views.terminal import align, show

DESCRIPTION = "Per cent of asks that were answered rightly; what failed is wrong."
Group = tuple[str, str]
"""Variant and dimension."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("runs", metavar="RUN", nargs="+", action=EachOnce, help="runs of this benchmark")
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")


def main(arguments: argparse.Namespace) -> int:
    """Score and show."""
    scores = {run: score_run(Path(run)) for run in arguments.runs}
    if arguments.json:
        listed = {
            run: [{"variant": variant, "dimension": dimension, "right": right, "asked": asked}
                  for (variant, dimension), (right, asked) in found.items()]
            for run, found in scores.items()
        }  # fmt: skip
        show(json.dumps(listed))
        return EXIT_DONE
    for run, found in scores.items():
        rows = [
            [f"{variant}, {dimension}", f"{asked:,}", f"{100 * right / asked:.1f}"]
            for (variant, dimension), (right, asked) in found.items()
        ]
        show(align([[run, "asks", "right %"], *rows]))
    return EXIT_DONE


def score_run(root: Path) -> dict[Group, tuple[int, int]]:
    """How many asks were right and how many there were, of each group and of all.

    Raises RunDirError for no run, and ConfigError for one whose answers are neither right nor wrong.
    """
    right, asked, of_one = Counter[Group](), Counter[Group](), Counter[tuple[str, str]]()
    failed = list_missed(iterate_rows(root, "answers"), iterate_rows(root, "failed"))
    for row in iterate_rows(root, "answers"):
        if row["correct"] is None:
            raise ConfigError(f"{root} holds scores, which are neither right nor wrong: no share is right.")
        of_one[row["variant"], row["sample"]] += 1
        for group in ((row["variant"], row["dimension"]), (row["variant"], "all")):
            right[group] += row["correct"]
            asked[group] += 1
    of_one.update((row["variant"], row["sample"]) for row in failed if row["variant"] is not None)
    whole = {variant: max(n for (name, _), n in of_one.items() if name == variant) for variant, _ in of_one}
    for lost in failed:
        # A question that failed as a whole is wrong in every variant, as often as others are asked.
        missed = {lost["variant"]: 1} if lost["variant"] is not None else whole or {"": 1}
        for variant, number in missed.items():
            for group in ((variant, lost["dimension"]), (variant, "all")):
                asked[group] += number
    return {group: (right[group], asked[group]) for group in sorted(asked)}
