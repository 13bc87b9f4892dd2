"""`irloom export RUN --format edir`: the edits of a CIR run as a data set that models can be tested on."""

import argparse
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from irloom.cli.terminal import list_counts, show
from irloom.errors import EXIT_DONE, UserError

if TYPE_CHECKING:
    from irloom.pipelines.cir.dataset import DatasetReport


def export_edir(arguments: argparse.Namespace) -> int:
    """Write the data set and say what became of the edits."""
    from irloom.pipelines.cir.dataset import DatasetOptions, build_dataset

    strangers = {
        "--data": arguments.data is not None,
        "--image-key": arguments.image_key is not None,
        "--absolute": arguments.absolute,
    }
    for name, given in strangers.items():
        if given:
            raise UserError(f"{name} is not for --format edir.")
    root, out = Path(arguments.run), Path(arguments.out)
    report = build_dataset(root, out, DatasetOptions.of_run(root, arguments.with_references))
    show("\n".join(_describe(report, root, out)))
    return EXIT_DONE


def _describe(report: "DatasetReport", root: Path, out: Path) -> list[str]:
    references = f", {report.references:,} of them references," if report.with_references else ""
    lines = [f"{report.queries:,} queries over {report.corpus:,} images{references} are in {out}."]
    for name, counts in report.subcategories.items():
        dropped = list_counts(Counter(counts.dropped))
        because = f" (dropped: {dropped.replace('_', ' ')})" if dropped else ""
        lines.append(f"  {name:<10} {counts.kept:,} of {counts.candidates:,}{because}")
    if any(counts.dropped for counts in report.subcategories.values()):
        lines.append(f"{out / 'dropped.jsonl'} says why for each.")
    if report.without_negatives:
        lines.append(f"Queries without negatives, alone of their seed: {report.without_negatives:,}.")
    if not report.queries:
        lines.append(f"`irloom inspect {shlex.quote(str(root))}` says how the run stands.")
    return lines
